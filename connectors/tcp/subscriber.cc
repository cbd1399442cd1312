#include "connectors/tcp/subscriber.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "connectors/tcp/reply_line.h"
#include "rules-dsl/limits.h"

namespace tocsin {

Subscriber::Subscriber(Accepted accepted, SubscriberHost& host,
                       std::chrono::milliseconds line_time_max)
    : Connection(std::move(accepted)),
      host_(host),
      line_time_max_(line_time_max),
      line_since_(Clock::now()) {}

void Subscriber::on_bytes(std::string_view bytes) {
  while (!bytes.empty() && is_open()) {
    const size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (line_.size() + piece.size() > limits::kControlLineBytesMax) {
      return fail("the line has more than " + std::to_string(limits::kControlLineBytesMax) +
                  " bytes; subscribe to fewer rules, or to all of them");
    }
    if (subscribed_ && line_.empty()) line_since_ = Clock::now();
    line_.append(piece);
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    read_line(std::exchange(line_, {}));
  }
}

void Subscriber::read_line(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  if (subscribed_) {
    acknowledge(line);
  } else {
    subscribe(line);
  }
}

// A subscription may come without newline, and its sender may send no more: it is still there to
// read.
void Subscriber::on_peer_end() {
  if (!subscribed_ && !line_.empty()) read_line(std::exchange(line_, {}));
  if (!subscribed_) close_after_sending();
}

void Subscriber::subscribe(std::string_view line) {
  Result<Subscription> wanted = parse_subscription(line, host_.known());
  if (!wanted) return fail(error_text(wanted.error()));
  wanted_ = std::move(*wanted);
  if (!begin_at(wanted_)) return;
  subscribed_ = true;
  pump();
}

// Finds the place in the log to begin at.
bool Subscriber::begin_at(const Subscription& wanted) {
  const EngineView& view = host_.view();
  std::optional<uint64_t> cursor;
  if (!wanted.name.empty()) cursor = host_.took_name(*this);
  if (cursor || wanted.from == From::kSeq) {
    position_ = cursor.value_or(wanted.seq);
    if (const uint64_t last = view.last_seq(); position_ > last) {
      fail("\"from\" is " + std::to_string(position_) + ", but the last message has seq " +
           std::to_string(last) + ": the service's data were replaced; subscribe from \"open\"");
      return false;
    }
    acknowledged_ = cursor.value_or(0);
  } else if (wanted.from == From::kNow) {
    position_ = view.last_seq();
  } else if (wanted.from == From::kOpen) {
    OpenWarnings open = view.open_warnings(
        [this](const Message& message) { return at_level(message) && fits(message); });
    position_ = open.seq;
    open_ = std::move(open.latest);
    // In the order of their messages, so that the last seq received always says where to go on.
    std::sort(open_.begin(), open_.end(), std::greater<>());
  }
  if (open_.empty()) sent_ = position_;
  return true;
}

void Subscriber::acknowledge(std::string_view line) {
  const Result<uint64_t> seq = parse_acknowledgement(line);
  if (!seq) return fail(error_text(seq.error()));
  if (name().empty()) {
    return fail("\"ack\" needs a cursor: subscribe with a \"name\", or resume with \"from\":SEQ");
  }
  if (seq.value() > sent_) {
    return fail("\"ack\" is " + std::to_string(seq.value()) + ", but only messages up to seq " +
                std::to_string(sent_) + " were sent; acknowledge what was received");
  }
  if (seq.value() <= acknowledged_) return;
  acknowledged_ = seq.value();
  host_.acknowledged(name(), acknowledged_);
}

void Subscriber::pump() {
  if (!subscribed_ || !is_open() || unsent() > 0) return;
  if (!open_.empty()) return send_open_warnings();
  if (!std::exchange(confirmed_, true)) return heartbeat();  // on_sent() goes on from here
  send_slice();
}

void Subscriber::send_open_warnings() {
  std::string lines;
  while (!open_.empty() && lines.size() < limits::kSliceBytesMax) {
    sent_ = open_.back();
    open_.pop_back();
    const LogSlice slice = host_.view().read_log(sent_ - 1, 1);
    const bool held = !slice.messages.empty() && slice.messages.front()->seq == sent_;
    if (!lines.empty()) lines.push_back('\n');
    lines.append(held ? slice.messages.front()->json : gap_line(sent_, sent_));
  }
  if (open_.empty()) {
    open_.shrink_to_fit();
    sent_ = position_;
  }
  send_line(lines);
}

void Subscriber::send_slice() {
  const std::shared_ptr<const LogSlice> slice = host_.slice_after(position_);
  std::string lines;
  const auto add = [&lines](std::string_view line) {
    if (!lines.empty()) lines.push_back('\n');
    lines.append(line);
  };
  if (std::exchange(told_, durable_) < durable_) add(acknowledged_line(durable_));
  if (slice->first_held > position_ + 1 && slice->last > position_) {
    add(gap_line(position_ + 1, slice->first_held - 1));
    position_ = slice->first_held - 1;
  }
  for (const auto& message : slice->messages) {
    if (message->seq <= position_) continue;
    if (wants(*message)) add(message->json);
    position_ = message->seq;
  }
  sent_ = std::max(sent_, position_);
  const bool caught_up = slice->messages.empty() || position_ >= slice->last;
  if (!lines.empty()) return send_line(lines);
  if (!caught_up) return pump_later();  // nothing of it was wanted
  if (!ending_) return;
  if (end_reason_.empty()) return close_after_sending();
  fail(end_reason_);
}

// Lets the other connections have their turn.
void Subscriber::pump_later() {
  if (std::exchange(pump_posted_, true)) return;
  auto self = std::static_pointer_cast<Subscriber>(shared_from_this());
  host_.io().post([self] {
    self->pump_posted_ = false;
    self->pump();
  });
}

void Subscriber::heartbeat() {
  if (!subscribed_ || !confirmed_ || !is_open() || unsent() > 0) return;
  send_line(heartbeat_line(host_.clock(), position_));
}

void Subscriber::end_when_done(std::string reason) {
  if (!std::exchange(ending_, true)) end_reason_ = std::move(reason);
  if (subscribed_) return pump();
  if (end_reason_.empty()) return close_after_sending();
  fail(end_reason_);
}

void Subscriber::on_time(Clock::time_point now) {
  const bool inside_line = !subscribed_ || !line_.empty();
  if (!inside_line || now - line_since_ <= line_time_max_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(line_time_max_);
  fail("no complete line came within " + std::to_string(seconds.count()) +
       " seconds; send {\"subscribe\":{}} and a newline");
}

bool Subscriber::wants(const Message& message) const {
  return (message.event == Event::kChanged || at_level(message)) && fits(message);
}

// Only warnings have a level.
bool Subscriber::at_level(const Message& message) const {
  return message.kind != Kind::kWarning || message.level >= wanted_.min_level;
}

// Of the kinds, rules and regions asked for.
bool Subscriber::fits(const Message& message) const {
  if (!wanted_.kinds.has(message.kind)) return false;
  const auto& [rules, regions] = std::tie(wanted_.rules, wanted_.regions);
  if (!rules.empty() && !std::binary_search(rules.begin(), rules.end(), message.rule)) return false;
  return regions.empty() || std::any_of(regions.begin(), regions.end(), [&](const auto& prefix) {
           return message.region.starts_with(prefix);
         });
}

}  // namespace tocsin
