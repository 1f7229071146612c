import{a,b}from"./shared-7NUNXGJ2.js";export{b as openPart,a as openWindow};
