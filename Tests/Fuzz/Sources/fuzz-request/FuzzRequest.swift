@_spi(Package) import Bytes
import FuzzTargets

/// What libFuzzer calls with each input it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTargets.request(ByteView(start: start, count: count))
    return 0
}
