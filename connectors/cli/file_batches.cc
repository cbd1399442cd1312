#include "connectors/cli/file_batches.h"

#include <chrono>

namespace tocsin {
Batch new_batch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  Batch batch;
  batch.wall_micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  return batch;
}

FileBatches::FileBatches(std::vector<InputFile> files, uint32_t batch_lines)
    : files_(std::move(files)), batch_lines_(batch_lines) {}

bool FileBatches::next(Batch& batch) {
  batch = new_batch();
  for (;;) {
    if (current_ == nullptr && !advance()) return false;
    Result<Chunk> chunk = current_->next();
    if (!chunk) {
      failure_ = chunk.error();
      return false;
    }
    bytes_read_.store(bytes_before_ + current_->stored_bytes_read(), std::memory_order_relaxed);
    if (chunk->lines > 0) {
      batch.chunks.push_back(std::move(*chunk));
      return true;
    }
    bytes_before_ += current_->stored_bytes_read();
    current_ = nullptr;
  }
}

bool FileBatches::advance() {
  if (failure_ || next_file_ == files_.size()) return false;
  const InputFile& file = files_[next_file_++];
  LineSourceOptions options;
  options.as_type = file.as_type;
  if (batch_lines_ > 0) options.chunk_lines = batch_lines_;
  Result<std::unique_ptr<LineSource>> opened = open_lines(file.path, options);
  if (!opened) {
    failure_ = opened.error();
    return false;
  }
  current_ = std::move(*opened);
  return true;
}

}  // namespace tocsin
