/// The program's entry: called by `main.swift` and by nothing else.
public func runSecrets() {}
