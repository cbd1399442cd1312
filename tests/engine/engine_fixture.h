// A policy of promises, a script of batches and a sink that remembers, for tests of the engine
// through its public interface.
#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "engine/engine.h"
#include "rules-dsl/compile.h"
#include "rules-dsl/limits.h"
#include "tests/support/temp_dir.h"

namespace tocsin::testing_engine {

inline constexpr int64_t kDay = 86'400'000'000;
inline constexpr int64_t kJanuary = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z

inline std::shared_ptr<const plan::Program> program_of(const std::string& rules) {
  dsl::SourceSet sources;
  sources.add("test.rules",
              "policy \"test\" { timezone \"UTC\" }\nrecord promise { due date }\n"
              "record kept { of text }\n" +
                  rules);
  const dsl::Compiled compiled = dsl::compile(sources);
  for (const auto& diagnostic : compiled.diagnostics.sorted()) {
    ADD_FAILURE() << dsl::render_text(diagnostic, sources);
  }
  return compiled.program;
}

inline constexpr const char* kBroken =
    "rule broken { on promise p then no kept k before p.due where k.of == p.id level red }";

class Script : public BatchSource {
 public:
  Script& lines(const std::string& text, int64_t wall = kJanuary) {
    Batch batch;
    batch.wall_micros = wall;
    Chunk& chunk = batch.chunks.emplace_back();
    chunk.source = "script";
    chunk.first_line = line_;
    chunk.bytes = text;
    chunk.lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
    line_ += chunk.lines;
    chunk.bytes.reserve(text.size() + limits::kPaddingBytes);
    batches_.push_back(std::move(batch));
    return *this;
  }
  Script& tick(int64_t wall) {
    Batch batch;
    batch.wall_micros = wall;
    batches_.push_back(std::move(batch));
    return *this;
  }
  bool next(Batch& batch) override {
    if (batches_.empty()) return false;
    batch = std::move(batches_.front());
    batches_.pop_front();
    return true;
  }

 private:
  std::deque<Batch> batches_;
  uint64_t line_ = 1;
};

class Heard : public BatchSink {
 public:
  void told(const Messages& some) override {
    most_at_once = std::max(most_at_once, some.size());
    for (const auto& message : some) messages.push_back(message->json);
  }
  void published(const BatchReport&) override { ++batches; }
  int batches = 0;
  size_t most_at_once = 0;
  std::vector<std::string> messages;
};

class Weighing : public Heard {
 public:
  explicit Weighing(const Engine& engine) : engine_(engine) {}
  void told(const Messages& some) override {
    Heard::told(some);
    most_bytes = std::max(most_bytes, engine_.cached_bytes());
    for (const auto& message : some) all_bytes += message->json.size();
  }
  void published(const BatchReport& report) override {
    Heard::published(report);
    most_bytes = std::max(most_bytes, engine_.cached_bytes());
  }
  size_t most_bytes = 0;
  size_t all_bytes = 0;

 private:
  const Engine& engine_;
};

inline std::string promise(int id, const std::string& due) {
  return "{\"type\":\"promise\",\"id\":\"p" + std::to_string(id) + "\",\"subject\":\"s" +
         std::to_string(id) + "\",\"time\":\"2025-01-01\",\"due\":\"" + due + "\"}\n";
}

inline std::unique_ptr<Engine> open(const std::shared_ptr<const plan::Program>& program,
                                    const EngineOptions& options) {
  auto engine = Engine::open(program, options);
  if (!engine) {
    ADD_FAILURE() << engine.error().message;
    return nullptr;
  }
  return std::move(*engine);
}

}  // namespace tocsin::testing_engine
