import{a}from"./shared-2PKFV37K.js";export{a as openWindow};
