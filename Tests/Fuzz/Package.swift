// swift-tools-version: 6.2
import PackageDescription

/// One executable for each of these, made for libFuzzer.
let targets = ["request", "response", "form", "json"]

// The core targets are linked in by name instead of depended on: a fuzz target reaches their package access, they are
// instrumented with it, and nothing else is fetched.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0"),
        .target(name: "Platform"),
        .target(name: "Bytes", dependencies: ["Platform"]),
        .target(name: "XMLText", dependencies: ["Bytes", "CLibXML2", "Platform"]),
        .target(name: "JSONText", dependencies: ["Bytes"]),
        .target(name: "ConvertLead", dependencies: ["Bytes", "XMLText", "JSONText"]),
        .target(name: "FuzzTargets", dependencies: ["Bytes", "ConvertLead", "JSONText"]),
    ]
        + targets.map { .executableTarget(name: "fuzz-" + $0, dependencies: ["FuzzTargets"]) },
    swiftLanguageModes: [.v6]
)
