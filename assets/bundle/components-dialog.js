import{a}from"./shared-LYENHUKB.js";export{a as openWindow};
