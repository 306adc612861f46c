import Commands

runSecrets()
