// A folder of files for one test, and what the readers make of them.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "connectors/file/line_source.h"

namespace tocsin {

class FileTest : public ::testing::Test {
 protected:
  FileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-test-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }

  // Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  static std::string gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  }

  static std::string zstd(std::string_view text) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return out;
  }

  struct Lines {
    std::string bytes;  // of all chunks
    std::vector<Chunk> chunks;
    std::vector<FramingReject> rejects;
    std::optional<Error> error;
  };

  static Lines read(const std::string& path, LineSourceOptions options = {}) {
    return read(open_lines(path, std::move(options)));
  }
  static Lines read(Result<std::unique_ptr<LineSource>> source) {
    Lines lines;
    if (!source) {
      lines.error = source.error();
      return lines;
    }
    for (;;) {
      Result<Chunk> chunk = (*source)->next();
      if (!chunk) {
        lines.error = chunk.error();
        return lines;
      }
      if (chunk->lines == 0) return lines;
      lines.bytes += chunk->bytes;
      for (const FramingReject& reject : chunk->framing_rejects) lines.rejects.push_back(reject);
      lines.chunks.push_back(std::move(*chunk));
    }
  }

  std::filesystem::path folder_;
};

}  // namespace tocsin
