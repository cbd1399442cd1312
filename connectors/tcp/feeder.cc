#include "connectors/tcp/feeder.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "connectors/tcp/reply_line.h"
#include "rules-dsl/limits.h"

namespace tocsin {

Feeder::Feeder(Accepted accepted, FeederHost& host, FeederOptions options)
    : Connection(std::move(accepted)), host_(host), options_(options), line_since_(Clock::now()) {}

void Feeder::on_bytes(std::string_view bytes) {
  if (stage_ == Stage::kStreaming) {
    take_bytes(bytes);
    return hand_in();
  }
  first_bytes_.append(bytes);
  if (stage_ == Stage::kFirstLine) read_first_line();
}

// Decides what the stream is, as soon as its first bytes tell.
void Feeder::read_first_line() {
  Beginning beginning = beginning_of(first_bytes_);
  const bool overlong = first_bytes_.size() > limits::kControlLineBytesMax;
  if (beginning == Beginning::kUnknown && overlong) beginning = Beginning::kRecords;
  if (beginning == Beginning::kHello) return read_hello();
  if (beginning == Beginning::kSubscribe) {
    return fail(
        "records come in here; subscribe at the address that `tocsin run` logs as \"warnings on\"");
  }
  if (beginning == Beginning::kRecords) {
    begin_stream({.source = "", .as_type = "", .connection = number()});
    hand_in();
  }
}

void Feeder::read_hello() {
  const size_t end = first_bytes_.find('\n');
  if (std::min(end, first_bytes_.size()) > limits::kControlLineBytesMax) {
    return fail("the hello line has more than " + std::to_string(limits::kControlLineBytesMax) +
                " bytes; it needs \"source\" and perhaps \"as\"");
  }
  if (end == std::string::npos) return;
  Result<Hello> hello =
      parse_hello(std::string_view(first_bytes_).substr(0, end), options_.record_types);
  if (!hello) return fail(error_text(hello.error()));
  hello_ = std::move(*hello);
  first_bytes_.erase(0, end + 1);
  stage_ = Stage::kAwaitingWelcome;
  pause_reading();
  host_.said_hello(*this, hello_);
}

void Feeder::welcome(const SourcePosition& position) {
  assert(stage_ == Stage::kAwaitingWelcome);
  handed_in_ = durable_ = position.lines;
  send_line(welcome_line(position.lines));
  begin_stream({.source = hello_.source,
                .as_type = hello_.as_type,
                .first_line = position.lines + 1,
                .byte_offset = position.bytes});
  hand_in();
}

void Feeder::begin_stream(FramerStart start) {
  stage_ = Stage::kStreaming;
  framer_.emplace(std::move(start));
  take_bytes(std::exchange(first_bytes_, {}));
}

void Feeder::take_bytes(std::string_view bytes) {
  framer_->append(bytes);
  if (framer_->last_line() == line_number_) return;
  line_number_ = framer_->last_line();
  line_since_ = Clock::now();
}

// Gives the inbox what it takes; reads on when all is taken, waits for room when not.
void Feeder::hand_in() {
  while (is_open() && (chunk_ || framer_->has_lines())) {
    if (!chunk_) chunk_ = framer_->take();
    const uint64_t last_line = chunk_->first_line + chunk_->lines - 1;
    switch (host_.inbox().offer(*chunk_)) {
      case Offer::kTaken:
        break;
      case Offer::kFull:
        return wait_for_room();
      case Offer::kStopped:
        return stop_reading();
    }
    chunk_.reset();
    handed_in_ = last_line;
    if (!source().empty()) host_.handed_in(*this, last_line);
  }
  if (!is_open()) return;
  if (stage_ == Stage::kPeerEnded) return close_if_done();
  if (paused() && !reading_stopped_) {
    line_since_ = Clock::now();  // it was us who kept it waiting
    resume_reading();
  }
}

void Feeder::wait_for_room() {
  pause_reading();
  auto self = std::static_pointer_cast<Feeder>(shared_from_this());
  host_.inbox().when_room([weak = std::weak_ptr(self), &io = host_.io()] {
    io.post([weak] {
      if (auto feeder = weak.lock(); feeder && feeder->is_open()) feeder->hand_in();
    });
  });
}

void Feeder::on_peer_end() {
  switch (std::exchange(stage_, Stage::kPeerEnded)) {
    case Stage::kFirstLine:  // too little came to tell what it is
      begin_stream({.source = "", .as_type = "", .connection = number()});
      stage_ = Stage::kPeerEnded;
      break;
    case Stage::kAwaitingWelcome:
      return close_now();
    case Stage::kStreaming:
    case Stage::kPeerEnded:
      break;
  }
  // A named feeder that died in the middle of a line will send that line again.
  if (source().empty()) framer_->finish();
  hand_in();
}

bool Feeder::all_is_safe() const {
  return stage_ == Stage::kPeerEnded && !chunk_ && durable_ >= handed_in_;
}

// The other side waits for our end as the sign that all is safe.
void Feeder::close_if_done() {
  if (!all_is_safe()) return;
  on_sent();
  close_after_sending();
}

void Feeder::durable(uint64_t line) {
  if (line <= durable_) return;
  durable_ = line;
  if (!source().empty()) {
    durable_unsaid_ = true;
    if (unsent() == 0) on_sent();
  }
  close_if_done();
}

void Feeder::rejected(const Reject& reject) {
  if (unsent() >= limits::kReplyBytesMax || rejects_unsaid_ > 0) {
    ++rejects_unsaid_;
  } else {
    send_line(rejected_line(reject));
  }
}

// What there was no room for before.
void Feeder::on_sent() {
  if (rejects_unsaid_ > 0) send_line(rejected_omitted_line(std::exchange(rejects_unsaid_, 0)));
  if (std::exchange(durable_unsaid_, false)) send_line(durable_line(durable_));
}

void Feeder::on_time(Clock::time_point now) {
  const bool first_line = stage_ == Stage::kFirstLine;
  const bool inside_line = stage_ == Stage::kStreaming && !paused() && framer_->inside_line();
  if (!first_line && !inside_line) {
    line_since_ = now;
  } else if (now - line_since_ > options_.line_time_max) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.line_time_max);
    fail("no complete line came within " + std::to_string(seconds.count()) +
         " seconds; end each line with a newline, and connect when there is something to send");
  }
}

void Feeder::stop_reading() {
  reading_stopped_ = true;
  pause_reading();
}

void Feeder::stop() {
  if (!is_open()) return;
  on_sent();
  if (source().empty() && !all_is_safe()) {
    return fail("the service is stopping; " + std::to_string(durable_) +
                " lines of this connection are safe, send the others again");
  }
  close_after_sending();
}

void Feeder::on_closed() { host_.closed(*this); }

}  // namespace tocsin
