// libsodium declares its pointers as never null, while an empty Swift buffer has no address.

extension UnsafeRawBufferPointer {
  /// The first byte's address; for an empty buffer one that must not be read.
  var octets: UnsafePointer<UInt8> {
    baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(emptyAddress)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// The first byte's address; for an empty buffer one that must not be used.
  var octets: UnsafeMutablePointer<UInt8> {
    baseAddress?.assumingMemoryBound(to: UInt8.self) ?? emptyAddress
  }
}

private nonisolated(unsafe) let emptyAddress = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
