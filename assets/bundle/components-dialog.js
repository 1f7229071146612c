import{a,b}from"./shared-ULNQ7U5J.js";export{a as openPart,b as openWindow};
