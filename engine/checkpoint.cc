// Engine::Impl, third part: checkpoints, written in the background while batches go on.
#include <fmt/format.h>

#include "engine/engine_impl.h"

namespace tocsin {

namespace {

constexpr size_t kUnsavedShare = 8;  // of the memory budget: what was told and is not saved yet

}  // namespace

void Engine::Impl::checkpoint_if_due() {
  if (store_ == nullptr) return;
  using namespace std::chrono;
  if (saving_.valid() && saving_.wait_for(0s) == std::future_status::ready) {
    if (const Status saved = finish_checkpoint(); !saved) return fail(saved.error());
  }
  make_room();
  const bool grown = journal_->bytes() - journal_bytes_saved_ >= options_.checkpoint_bytes;
  const bool aged = steady_clock::now() - saved_at_ >= seconds(options_.checkpoint_seconds);
  if ((grown || aged) && !saving_.valid()) start_checkpoint();
}

// Memory is bounded: what must be saved before it can be dropped is waited for.
void Engine::Impl::make_room() {
  if (store_ == nullptr) return;
  if (pipeline_->over_budget()) pipeline_->evict(committed_);
  const bool much_told = unsaved_bytes() > options_.memory_bytes / kUnsavedShare;
  if (!pipeline_->over_budget() && !much_told) return;
  Status saved = finish_checkpoint();
  if (saved) {
    start_checkpoint();
    saved = finish_checkpoint();
  }
  if (!saved) return fail(saved.error());
  pipeline_->evict(committed_);
}

void Engine::Impl::start_checkpoint() {
  auto checkpoint = std::make_shared<Checkpoint>();
  ++checkpoint_;
  pipeline_->save_dirty(checkpoint_, checkpoint->keys);
  checkpoint->keys_alone = quiet_;
  if (!quiet_) save_rest(*checkpoint);
  journal_bytes_saved_ = journal_->bytes();
  saved_at_ = std::chrono::steady_clock::now();
  save_handed_.pass();
  saving_ = std::async(std::launch::async, [this, checkpoint] {
    save_handed_.take();
    Status written = store_->write(*checkpoint);
    if (!written) fail(written.error());  // now, not when the next batch comes
    save_handed_.pass();
    return written;
  });
}

// Beside the keys.
void Engine::Impl::save_rest(Checkpoint& checkpoint) {
  log_->save(checkpoint);
  {
    const std::lock_guard lock(mutex_);
    checkpoint.rejects = rejects_;
    checkpoint.sources = std::exchange(unsaved_positions_, {});
    checkpoint.cursors = std::exchange(unsaved_cursors_, {});
    checkpoint.meta.last_reject = last_reject_;
  }
  checkpoint.meta.batch = number_;
  checkpoint.meta.clock = pipeline_->clock();
  checkpoint.meta.last_seq = log_->last_seq();
  checkpoint.meta.policy_hash = program_->hash;
  checkpoint.meta.policy_text = with_fingerprint(program_->canonical_text, fingerprint_);
}

Status Engine::Impl::finish_checkpoint() {
  if (!saving_.valid()) return Done{};
  Status saved = saving_.get();
  save_handed_.take();
  if (!saved) return saved;
  committed_ = checkpoint_;
  pipeline_->committed(committed_);
  log_->committed();
  if (quiet_) return Done{};
  const uint64_t reached = store_->meta().last_reject;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(rejects_, [&](const Reject& reject) {
      if (reject.number > reached) return false;
      rejects_bytes_ -= reject.bytes();
      return true;
    });
  }
  return drop_old_entries();
}

Status Engine::Impl::drop_old_entries() {
  if (options_.keep.everything()) return Done{};
  auto dropped = journal_->drop_old(options_.keep, wall_now(), store_->meta().batch);
  if (!dropped) return dropped.error();
  if (dropped->segments > 0) {
    notice(fmt::format(
        "--keep: dropped {} of the journal, {} bytes; it begins with entry {} now. "
        "The state has what they held; another policy will not",
        dropped->segments == 1 ? "1 segment" : fmt::format("{} segments", dropped->segments),
        dropped->bytes, journal_->first_number()));
    journal_bytes_saved_ -= std::min(journal_bytes_saved_, dropped->bytes);
  }
  if (dropped->needed != std::exchange(needed_segments_, dropped->needed) && dropped->needed > 0) {
    notice(
        fmt::format("--keep: {} older segments of the journal stay, since no checkpoint stands "
                    "for them yet",
                    dropped->needed));
  }
  return Done{};
}

}  // namespace tocsin
