import{a}from"./shared-6FXWXX4O.js";export{a as openPart};
