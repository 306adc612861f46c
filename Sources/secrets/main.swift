// The program: a thin door to the library of commands.

import Commands

runSecrets()
