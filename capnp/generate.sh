#!/usr/bin/env bash
# Generates the C# of every schema into src/ (or, for the test, into the folder given as the first argument).
set -eu
cd "$(dirname "$0")"
out=${1:-../src}
plugin=${CAPNP_GENERATOR:-}
if [ -z "$plugin" ]; then
  dotnet build -v q -clp:NoSummary ../src/Capnp.Generator >/dev/null
  plugin=$(ls -t ../src/Capnp.Generator/bin/*/net10.0/Capnp.Generator | head -1)
fi
plugin=$(realpath "$plugin")
generate() { # folder of the output, folder of the schemas, schemas
  mkdir -p "$out/$1"
  capnp compile -I. --src-prefix="$2" -o"$plugin:$out/$1" "${@:3}"
}
generate ../tests/Capnp.Tests/Schema ../tests/Capnp.Tests/Schema ../tests/Capnp.Tests/Schema/sample.capnp
generate Capnp/Rpc/Wire . rpc.capnp
for v in 30 31 32; do
  generate "BitcoinCore.Ipc/Generated/V$v" "v$v" "v$v"/*.capnp
done
