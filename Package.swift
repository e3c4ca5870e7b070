// swift-tools-version: 6.2
import PackageDescription

// Only checks turn warnings into errors, so that a deprecation in a new compiler or libxml2 breaks no user's build.
let strict: [SwiftSetting] =
    Context.environment["CONVERTLEAD_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

// Packages name the commit they were built from in `--version`; a plain build names none.
let commit: [CSetting] =
    Context.environment["CONVERTLEAD_COMMIT"].map { [.define("CONVERTLEAD_COMMIT", to: "\"\($0)\"")] } ?? []

let package = Package(
    name: "convertlead",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ConvertLead", targets: ["ConvertLead"]),
        .library(name: "convertlead-c", type: .dynamic, targets: ["ConvertLeadC"]),
        .library(name: "BulkConversion", targets: ["BulkConversion"]),
        .executable(name: "convertlead", targets: ["ConvertLeadCommand"]),
    ],
    // What uses only the libraries says `traits: []` and fetches none of the packages below.
    traits: [
        .trait(name: "Command", description: "The command, which needs ArgumentParser and Yams."),
        .default(enabledTraits: ["Command"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibXML2",
            pkgConfig: "libxml-2.0",
            providers: [.apt(["libxml2-dev", "pkg-config"]), .brew(["libxml2"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Platform", swiftSettings: strict),
        .target(name: "Bytes", dependencies: ["Platform"], swiftSettings: strict),
        .target(name: "CInstructions"),
        .target(name: "XMLText", dependencies: ["Bytes", "CLibXML2", "Platform"], swiftSettings: strict),
        .target(name: "JSONText", dependencies: ["Bytes", "CInstructions"], swiftSettings: strict),
        .target(name: "ConvertLead", dependencies: ["Bytes", "XMLText", "JSONText"], swiftSettings: strict),
        .target(
            name: "BulkConversion",
            dependencies: ["Bytes", "CInstructions", "CZlib", "ConvertLead", "JSONText", "Platform", "XMLText"],
            swiftSettings: strict
        ),
        .target(name: "CBuild", cSettings: commit),
        .executableTarget(
            name: "ConvertLeadCommand",
            dependencies: [
                "BulkConversion",
                "Bytes",
                "CBuild",
                "ConvertLead",
                "JSONText",
                "Platform",
                "XMLText",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Command"])),
                .product(name: "Yams", package: "Yams", condition: .when(traits: ["Command"])),
            ],
            swiftSettings: strict
        ),
        .target(name: "CConvertLead"),
        .target(
            name: "ConvertLeadC",
            dependencies: ["Bytes", "CConvertLead", "ConvertLead", "JSONText", "Platform"],
            exclude: ["build-library.sh", "exports.map"],
            swiftSettings: strict
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: strict),
        .testTarget(name: "XMLTextTests", dependencies: ["XMLText"], swiftSettings: strict),
        .testTarget(
            name: "JSONTextTests", dependencies: ["CInstructions", "JSONText", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConvertLeadTests", dependencies: ["ConvertLead", "Bytes", "JSONText", "TestSupport"],
            exclude: ["OldReaders"],
            swiftSettings: strict),
        .testTarget(
            name: "ConvertLeadCTests", dependencies: ["CConvertLead", "ConvertLead", "ConvertLeadC", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BulkConversionTests",
            dependencies: ["BulkConversion", "CInstructions", "CZlib", "ConvertLeadCommand", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["ConvertLeadCommand", "TestSupport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
