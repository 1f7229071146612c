import{a}from"./shared-7MGNJXHD.js";export{a as openPart};
