#!/usr/bin/env bash
# Writes the digests of the third-party images (database, proxy, Python) after their tags in the compose files and the
# Dockerfile: next year's pull then gives the same images as today's, even if a tag was moved. Needs Docker and the
# network. Run it again after changing a tag; `git diff` shows what it did.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

files=()
for file in compose.yaml compose.deploy.yaml Dockerfile; do [ -e "$file" ] && files+=("$file"); done
# `image: name:tag` and `FROM name:tag`, without our own images (they contain a variable) and the stages of the
# Dockerfile.
images=$(sed -nE 's/^ *image: ([^$ @]+:[^$ @]+).*/\1/p; s/^FROM ([^ @]+:[^ @]+).*/\1/p' "${files[@]}" | sort -u)
for image in $images; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "$image has no digest: $digest" >&2; exit 1; }
    echo "$image $digest"
    sed -i -E "s#((image:|FROM) +${image//./\\.})(@sha256:[0-9a-f]+)?#\1@$digest#" "${files[@]}"
done
