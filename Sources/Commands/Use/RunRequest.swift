// What `run` is asked to do, made alike by the plain form and by the argument parser.

struct RunRequest {
  init?(plain arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) { return nil }
}
