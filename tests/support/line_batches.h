// Lines of NDJSON as the batches of one source, "test".
#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"

namespace tocsin::testing {

class LineBatches : public BatchSource {
 public:
  // The lines [begin, end), `batch_lines` a batch. They must outlive this.
  LineBatches(const std::vector<std::string>& lines, size_t begin, size_t end, size_t batch_lines)
      : lines_(lines), at_(begin), end_(end), batch_lines_(batch_lines) {
    for (size_t i = 0; i < begin; ++i) bytes_ += lines[i].size() + 1;
  }

  bool next(Batch& batch) override;

 private:
  const std::vector<std::string>& lines_;
  size_t at_;
  const size_t end_;
  const size_t batch_lines_;
  uint64_t bytes_ = 0;
};

}  // namespace tocsin::testing
