// Engine::Impl, first part: batches.
#include <algorithm>
#include <array>
#include <chrono>

#include "engine/engine_impl.h"
#include "engine/publish/message_text.h"
#include "engine/record/kept_lines.h"
#include "engine/tasks.h"

namespace tocsin {

namespace {

constexpr size_t kBatchesInFlight = 4;

}  // namespace

struct Engine::Impl::InFlight {
  Batch batch;
  DecodedBatch decoded;
  uint64_t number = 0;
  std::optional<int64_t> wall_clock;  // none: the event clock
  bool admitted = false;
};

// In memory nothing outlives the process, so its pseudonyms need not either.
EngineOptions Engine::Impl::with_pseudonyms(EngineOptions options, const plan::Program& program) {
  if (options.pseudonyms != nullptr || !options.data.empty()) return options;
  if (!program.has_private_columns()) return options;
  if (const auto secret = Pseudonyms::random_secret()) {
    options.pseudonyms = std::make_shared<const Pseudonyms>(*secret);
  }
  return options;
}

Engine::Impl::Impl(std::shared_ptr<const plan::Program> program, EngineOptions options)
    : program_(std::move(program)), options_(with_pseudonyms(std::move(options), *program_)) {}

int64_t Engine::Impl::wall_now() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

void Engine::Impl::notice(const std::string& text) const {
  if (options_.notice) options_.notice(text);
}

Engine::Impl::~Impl() {
  if (saving_.valid()) saving_.wait();
}

// decode n+1 while n is evaluated and n+2 becomes durable.
class Engine::Impl::Overlap final : public Stages {
 public:
  Overlap(Impl& impl, BatchSource& source, BatchSink& sink)
      : impl_(impl), source_(source), sink_(sink) {}

  void run();
  bool read(size_t place) override;
  void decode(size_t place) override;
  void admit(size_t place) override;
  void evaluate(size_t place) override;

 private:
  struct Place {
    InFlight item;
    HandOver handed;
  };

  template <class Work>
  void stage(size_t place, const Work& work) {
    started_.take();
    Place& here = places_[place];
    here.handed.take();
    work(here.item);
    here.handed.pass();
    ended_.pass();
  }
  template <class Work>
  void serial_stage(size_t place, HandOver& own, const Work& work) {
    stage(place, [&](InFlight& item) {
      own.take();
      work(item);
      own.pass();
    });
  }

  // The process's: nothing of ours is needed to reach them.
  static constinit HandOver started_, ended_;

  Impl& impl_;
  BatchSource& source_;
  BatchSink& sink_;
  HandOver reading_, admitting_, evaluating_;  // of what a stage keeps from batch to batch
  std::array<Place, kBatchesInFlight> places_;
};

constinit HandOver Engine::Impl::Overlap::started_;
constinit HandOver Engine::Impl::Overlap::ended_;

void Engine::Impl::Overlap::run() {
  started_.pass();
  run_stages(*this, places_.size());
  ended_.take();
}

bool Engine::Impl::Overlap::read(size_t place) {
  bool more = false;
  serial_stage(place, reading_, [&](InFlight& item) {
    item = InFlight{};
    more = impl_.next(source_, item.batch);
  });
  return more;
}

void Engine::Impl::Overlap::decode(size_t place) {
  stage(place, [&](InFlight& item) { item.decoded = impl_.decode(item.batch); });
}

void Engine::Impl::Overlap::admit(size_t place) {
  serial_stage(place, admitting_, [&](InFlight& item) { impl_.admit(item); });
}

void Engine::Impl::Overlap::evaluate(size_t place) {
  serial_stage(place, evaluating_, [&](InFlight& item) { impl_.evaluate(item, sink_); });
}

// A failure wakes the source, which may be waiting for a batch that never comes.
void Engine::Impl::set_source(BatchSource* source) {
  const std::lock_guard lock(mutex_);
  source_ = source;
}

bool Engine::Impl::next(BatchSource& source, Batch& batch) const {
  if (failed() || !source.next(batch)) return false;
  if (batch.wall_micros == 0) batch.wall_micros = wall_now();
  if (options_.clock == ClockMode::kEvent && options_.skew_micros) {
    batch.latest_time = batch.wall_micros + *options_.skew_micros;
  }
  return true;
}

Status Engine::Impl::run(BatchSource& source, BatchSink& sink) {
  set_source(&source);
  if (options_.threads == 1) {
    for (InFlight item; next(source, item.batch); item = InFlight{}) {
      item.decoded = decode(item.batch);
      admit(item);
      evaluate(item, sink);
    }
  } else {
    Overlap(*this, source, sink).run();
  }
  set_source(nullptr);
  if (!failed() && store_ != nullptr) {
    if (const Status saved = finish_checkpoint(); saved) start_checkpoint();
    if (const Status saved = finish_checkpoint(); !saved) fail(saved.error());
  }
  if (const auto error = failure()) return *error;
  return Done{};
}

// From here on the batch is as it may be kept.
DecodedBatch Engine::Impl::decode(Batch& batch) const {
  DecodedBatch decoded = pipeline_->decode(batch);
  if (program_->has_private_columns()) keep_without_private_values(batch, decoded.slices);
  return decoded;
}

// Makes the batch durable. A batch that could not be is never evaluated.
void Engine::Impl::admit(InFlight& item) {
  if (failed()) return;
  if (options_.clock == ClockMode::kWall) item.wall_clock = item.batch.wall_micros;
  // A tick is idle when nothing is due; what is due is known only once all batches before are
  // evaluated.
  const bool idle = in_flight_ == 0 && item.wall_clock.value_or(INT64_MIN) < next_due();
  if (item.batch.empty() && (!item.wall_clock || idle)) return;
  make_durable(item);
}

void Engine::Impl::make_durable(InFlight& item) {
  ++in_flight_;
  if (journal_ == nullptr) {
    item.admitted = true;
    return;
  }
  JournalEntry entry;
  entry.number = item.number = journal_->last_number() + 1;
  entry.wall_clock = item.wall_clock;
  entry.batch = std::move(item.batch);
  const Status written = journal_->append(entry);
  item.batch = std::move(entry.batch);
  item.admitted = written.ok();
  if (!written) fail(written.error());
}

void Engine::Impl::stamp(BatchReport& report) const {
  report.batch = number_;
  report.clock = clock_;
  report.clock_known = report.clock != INT64_MIN;
}

// The sink hears of every batch that was not refused, of a tick with nothing to do, too.
void Engine::Impl::evaluate(InFlight& item, BatchSink& sink) {
  if (failed()) return;
  if (!item.admitted) {
    BatchReport nothing;
    stamp(nothing);
    return sink.published(nothing);
  }
  const BatchReport report = take(item.batch, item.decoded, item.number, item.wall_clock, &sink);
  --in_flight_;
  if (failed()) return;  // perhaps in the middle of the batch: the next start tells all of it
  sink.published(report);
  checkpoint_if_due();
}

BatchReport Engine::Impl::take(const Batch& batch, const DecodedBatch& decoded, uint64_t number,
                               std::optional<int64_t> wall_clock, BatchSink* sink) {
  BatchReport report = pipeline_->accept(batch, decoded, wall_clock);
  do {
    const Changes changes = pipeline_->advance();
    if (const auto error = pipeline_->failure()) {
      fail(*error);  // a key could not be read: nothing that it says may be told
      return report;
    }
    tell(changes, *program_, batch.wall_micros, sink);
    clock_ = pipeline_->clock();
    // A checkpoint here stands for the entry before: evaluated again, this one goes on where it
    // was.
    if (!pipeline_->reached()) make_room();
  } while (!pipeline_->reached() && !failed());
  number_ = number;
  note_positions(batch, report);
  next_due_ = pipeline_->next_due();
  stamp(report);
  return report;
}

// Numbers the messages and keeps them for subscribers.
void Engine::Impl::tell(const Changes& changes, const plan::Program& program, int64_t emitted,
                        BatchSink* sink) {
  if (quiet_ || changes.empty()) return;
  uint64_t seq = log_->last_seq();
  Messages messages;
  messages.reserve(changes.size());
  for (const Change& change : changes) {
    messages.push_back(make_message(change, program, ++seq, emitted));
  }
  log_->append(messages);
  if (sink != nullptr) sink->told(messages);
}

void Engine::Impl::note_positions(const Batch& batch, BatchReport& report) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  for (const Chunk& chunk : batch.chunks) {
    if (chunk.source.empty()) continue;
    SourcePosition& position = positions_[chunk.source];
    position = {chunk.source, chunk.first_line - 1 + chunk.lines,
                chunk.byte_offset + chunk.bytes.size()};
    if (store_ != nullptr) unsaved_positions_.push_back(position);
    report.positions.push_back(position);
  }
  for (const Acknowledgement& acknowledgement : batch.acknowledgements) {
    uint64_t& cursor = cursors_[acknowledgement.subscriber];
    cursor = std::max(cursor, acknowledgement.seq);
    if (store_ != nullptr) unsaved_cursors_.push_back({acknowledgement.subscriber, cursor});
  }
  for (Reject& reject : report.rejects) {
    reject.number = ++last_reject_;
    if (store_ == nullptr) continue;
    rejects_.push_back(reject);
    rejects_bytes_ += reject.bytes();
  }
}

Status Engine::Impl::advance_clock(int64_t time, BatchSink& sink) {
  if (const auto error = failure()) return *error;
  InFlight item;
  item.batch.wall_micros = wall_now();
  item.wall_clock = time;
  make_durable(item);
  evaluate(item, sink);
  if (const auto error = failure()) return *error;
  return Done{};
}

void Engine::Impl::fail(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = error;
  failed_ = true;
  if (source_ != nullptr) source_->stop();
}

std::optional<Error> Engine::Impl::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace tocsin
