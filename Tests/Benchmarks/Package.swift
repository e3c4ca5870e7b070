// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "convertlead", path: "../..", traits: [])],
    targets: [
        .target(name: "CAllocationCount"),
        .executableTarget(
            name: "translation-benchmark",
            dependencies: ["CAllocationCount", .product(name: "ConvertLead", package: "convertlead")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
