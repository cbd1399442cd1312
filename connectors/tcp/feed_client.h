// A feeder: sends lines to a running service until all of them are durable there.
//
// A line that could not be framed is sent as `! REASON: BEGINNING`, which no service takes for a
// record: so it is rejected there, under its number, and stands in the reject log with the others.
//
// Lines are numbered from 1 over everything that `next` gives, whatever the chunks say; a named
// source that has been fed before goes on behind what is durable. Lines sent and not yet durable
// are kept (up to window_bytes) and are sent again over a new connection when the old one is lost.
// Runs on the caller's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/record/batch.h"
#include "engine/result.h"

namespace tocsin {

struct FeedOptions {
  std::string address;          // address.h
  std::string source;           // must not be empty: without a name nothing can be resumed
  std::string as_type;          // hello's "as"; may be empty
  std::string token;            // may be empty
  double lines_per_second = 0;  // 0: as fast as the service takes them
  size_t window_bytes = size_t{16} << 20;
  std::chrono::milliseconds first_connect_max{5'000};  // to reach the service at all; then an Error
  std::chrono::milliseconds reconnect_max{600'000};    // to reach it again, once it was reached
};

struct FeedProgress {
  uint64_t lines_skipped = 0;  // were durable before we came
  uint64_t lines_sent = 0;     // of this run, without repeats
  uint64_t bytes_sent = 0;
  uint64_t lines_durable = 0;   // of the source, those skipped included
  uint64_t lines_rejected = 0;  // by the service, as far as it told
  uint64_t reconnects = 0;
  bool connected = false;
};

struct FeedCallbacks {
  // The next lines; a chunk without lines means the end (as LineSource::next). An Error ends the
  // feed, after what was sent has become durable.
  std::function<Result<Chunk>()> next;
  // May be null: a line was rejected (line is 0 for a note that more were rejected than are told).
  std::function<void(uint64_t line, const std::string& reason, const std::string& field)> rejected;
  // May be null: about ten times a second, and at the end.
  std::function<void(const FeedProgress&)> progress;
  // May be null: something for the user to know: "connection lost, trying again", ...
  std::function<void(const std::string&)> note;
  // May be null: asked about ten times a second; true ends the feed early, with what is durable so
  // far.
  std::function<bool()> stopped;
};

// Returns once everything is durable (or `stopped`). Errors: not reachable, refused by the service
// (its words), the service has forgotten lines it had called durable, the input's own.
Result<FeedProgress> feed(const FeedOptions& options, const FeedCallbacks& callbacks);

}  // namespace tocsin
