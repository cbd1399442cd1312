#include "connectors/cli/feed_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>

#include "connectors/cli/file_batches.h"
#include "connectors/cli/progress_bar.h"
#include "connectors/cli/signals.h"
#include "connectors/tcp/feed_client.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

constexpr size_t kRejectsShown = 5;

// Files that the service knows under one name.
struct Stream {
  std::string source;
  std::vector<InputFile> files;
};

std::vector<Stream> streams_of(const FeedCommandOptions& options) {
  if (!options.source.empty()) return {{options.source, options.files}};
  std::vector<Stream> streams;
  for (const InputFile& file : options.files)
    streams.push_back({default_source(file.path), {file}});
  return streams;
}

// What cannot be fed, found before anything is sent.
std::optional<Error> find_mistake(const std::vector<Stream>& streams) {
  for (const Stream& stream : streams) {
    const std::string& type = stream.files[0].as_type;
    const bool mixed = std::any_of(stream.files.begin(), stream.files.end(),
                                   [&](const InputFile& file) { return file.as_type != type; });
    if (mixed) {
      return Error{ErrorKind::kInput, "files of one --source must have one --as",
                   "feed them one by one, or without --source"};
    }
    if (stream.source.size() > limits::kPeerNameBytesMax) {
      return Error{ErrorKind::kInput, fmt::format("the source name {} is too long", stream.source),
                   "choose one: --source NAME"};
    }
  }
  return std::nullopt;
}

class Feeding {
 public:
  Feeding(const FeedCommandOptions& options, Console& console, const std::atomic<bool>& stopped)
      : options_(options), console_(console), stopped_(stopped), bar_(console) {}

  Result<FeedProgress> feed_stream(const Stream& stream) {
    FileBatches batches(stream.files, 0);
    uint64_t total = 0;
    for (const InputFile& file : stream.files) total += stored_bytes(file.path);

    FeedOptions feed_options;
    feed_options.address = options_.to;
    feed_options.source = stream.source;
    feed_options.as_type = stream.files[0].as_type;
    feed_options.token = options_.token;
    feed_options.lines_per_second = options_.lines_per_second;

    FeedCallbacks callbacks;
    callbacks.next = [&] { return next_chunk(batches); };
    callbacks.rejected = [&](uint64_t line, const std::string& reason, const std::string& field) {
      tell_rejected(stream, line, reason, field);
    };
    callbacks.progress = [&](const FeedProgress& progress) {
      bar_.update({batches.stored_bytes_read(), total, progress.lines_skipped + progress.lines_sent,
                   fmt::format("{} durable, {} rejected", grouped(progress.lines_durable),
                               grouped(progress.lines_rejected))});
    };
    callbacks.note = [&](const std::string& text) { console_.note(text); };
    callbacks.stopped = [&] { return stopped_.load(); };
    Result<FeedProgress> done = feed(feed_options, callbacks);
    bar_.finish();
    return done;
  }

 private:
  static Result<Chunk> next_chunk(FileBatches& batches) {
    Batch batch;
    if (batches.next(batch)) return std::move(batch.chunks[0]);
    if (batches.failure()) return *batches.failure();
    return Chunk{};
  }

  void tell_rejected(const Stream& stream, uint64_t line, const std::string& reason,
                     const std::string& field) {
    if (++rejects_told_ > kRejectsShown) return;
    const std::string name = stream.files.size() == 1 ? stream.files[0].path : stream.source;
    const std::string place = line == 0 ? name : fmt::format("{}:{}", name, line);
    const std::string which = field.empty() ? "" : fmt::format(" (field `{}`)", field);
    console_.note(printable(fmt::format("rejected {}: {}{}", place, reason, which)));
    if (rejects_told_ == kRejectsShown)
      console_.note("further ones: tocsin rejects --data DIR, once the service has stopped");
  }

  const FeedCommandOptions& options_;
  Console& console_;
  const std::atomic<bool>& stopped_;
  ProgressBar bar_;
  size_t rejects_told_ = 0;
};

void tell_done(const Stream& stream, const FeedProgress& progress, double seconds,
               Console& console) {
  const std::string skipped =
      progress.lines_skipped == 0
          ? ""
          : fmt::format(", {} of them before", grouped(progress.lines_skipped));
  console.note(fmt::format("{}: {} lines durable{}; {} sent in {:.1f} s, {} rejected",
                           stream.source, grouped(progress.lines_durable), skipped,
                           grouped(progress.lines_sent), seconds,
                           grouped(progress.lines_rejected)));
}

}  // namespace

std::string default_source(const std::string& path) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  if (path == "-") {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return fmt::format("{}:stdin-{}-{}", host.data(), ::getpid(),
                       now / std::chrono::microseconds(1));
  }
  std::error_code code;
  const std::filesystem::path absolute = std::filesystem::weakly_canonical(path, code);
  return fmt::format("{}:{}", host.data(), code ? path : absolute.string());
}

ExitCode run_feed(const FeedCommandOptions& options, Console& console) {
  const std::vector<Stream> streams = streams_of(options);
  if (const std::optional<Error> mistake = find_mistake(streams)) {
    return console.usage(mistake->message, mistake->remedy);
  }
  std::atomic<bool> stopped = false;
  StopSignals signals;
  signals.watch([&stopped](const char*) { stopped = true; });

  Feeding feeding(options, console, stopped);
  for (const Stream& stream : streams) {
    const ProgressBar watch(console);
    Result<FeedProgress> done = feeding.feed_stream(stream);
    if (!done) return console.fail(done.error());
    tell_done(stream, *done, watch.seconds(), console);
    if (stopped) {
      return console.fail({ErrorKind::kEnvironment, "interrupted before everything was durable",
                           "run the same command again: it goes on from there"});
    }
  }
  return kExitFine;
}

}  // namespace tocsin
