// Recruiters' pages by keyboard. Every page works without it.
"use strict";
