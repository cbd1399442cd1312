// The uncompressed bytes of a file or of standard input.
//
// Compression is told by the first bytes, so a misnamed file is read all the same. A truncated or
// damaged .gz or .zst is an error that names the file and the place; nothing after the place is
// given out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/result.h"

namespace tocsin {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads up to `size` (> 0) bytes into `out`; 0 only at the end. After an error do not call again.
  virtual Result<size_t> read(char* out, size_t size) = 0;

  // How far the stored (compressed) bytes are read; for progress.
  virtual uint64_t stored_bytes_read() const = 0;
};

// "-" is standard input. Errors: not found, a folder, unreadable, empty although its name promises
// compression.
Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

// The layers that open_bytes puts on each other. `path` is for messages.
Result<std::unique_ptr<ByteSource>> open_plain(const std::string& path);
std::unique_ptr<ByteSource> unpack_gzip(std::string path, std::unique_ptr<ByteSource> stored);
std::unique_ptr<ByteSource> unpack_zstd(std::string path, std::unique_ptr<ByteSource> stored);

}  // namespace tocsin
