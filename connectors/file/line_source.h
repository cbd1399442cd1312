// Files of records as chunks of lines: .ndjson .jsonl .json .csv .tsv, plain or compressed, or
// standard input.
//
// Line numbers are those an editor shows. A CSV row becomes one JSON object line; its header, and
// the further lines of a row with line ends inside quotes, become empty lines, so that the numbers
// agree. Byte offsets are those of the lines given out: for NDJSON the place in the uncompressed
// file, for CSV the place in the converted stream, which is what a server that is fed counts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/record/batch.h"
#include "engine/result.h"

namespace tocsin {

struct LineSourceOptions {
  std::string source;                    // Chunk::source; empty: the path
  std::string as_type;                   // Chunk::as_type
  size_t chunk_bytes = size_t{1} << 20;  // a chunk is closed when it reaches this,
  uint32_t chunk_lines = UINT32_MAX;     // or has so many lines
};

class LineSource {
 public:
  virtual ~LineSource() = default;

  // The next lines; a chunk without lines means the end. Lines before a damaged place are given out
  // first.
  virtual Result<Chunk> next() = 0;

  // Of the file as stored; for progress.
  virtual uint64_t stored_bytes_read() const = 0;
};

// Errors name the remedy: unknown ending, CSV whose rows have no type, duplicate columns, an empty
// CSV, a JSON array.
Result<std::unique_ptr<LineSource>> open_lines(const std::string& path, LineSourceOptions options);

// Is this file turned into JSON row by row? Then byte offsets mean nothing to its reader.
bool is_table_file(const std::string& path);

}  // namespace tocsin
