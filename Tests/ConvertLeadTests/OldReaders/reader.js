// Reads every JSON reply of a folder the way old Node callers did; prints FILE, IDIOM, KEY and base64 of the value.
const fs = require("fs");
const path = require("path");

const lines = [];
function tell(file, key, value) {
  if (value === undefined) return;
  if (typeof value !== "string") throw new Error(`${file}: ${key} is not a string`);
  lines.push([file, "property", key, Buffer.from(value).toString("base64")].join("\t"));
}

for (const file of fs.readdirSync(process.argv[2]).sort()) {
  if (!file.endsWith(".json")) continue;
  const reply = JSON.parse(fs.readFileSync(path.join(process.argv[2], file), "utf8"));
  if (reply.success) {
    for (const name of ["Contact", "Potential", "Account"]) {
      // The attribute `param` is the key of the result, as the xml2js callers had it.
      const record = reply.success[name];
      if (record) tell(file, name.toLowerCase(), { [record.param]: record.content }.id);
    }
  } else {
    if (Object.keys(reply.response)[0] !== "error") throw new Error(`${file}: error is not first`);
    tell(file, "code", reply.response.error.code);
    tell(file, "message", reply.response.error.message);
    tell(file, "uri", reply.response.uri);
  }
}
process.stdout.write(lines.map((line) => line + "\n").join(""));
