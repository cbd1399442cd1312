// The engine as the TCP side needs it: what has been published and what is durable.
//
// An interface, so that the servers are tested against a fake. All functions may be called from any
// thread. Assumed of the engine, besides engine/engine.h: published() is called exactly once for
// every batch that next() gave out, in the same order; and for an anonymous chunk (source "")
// Reject::connection repeats Chunk::connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/engine.h"

namespace tocsin {

class EngineView {
 public:
  virtual ~EngineView() = default;
  virtual LogSlice read_log(uint64_t after_seq, size_t bytes_max) const = 0;
  virtual OpenWarnings open_warnings(const MessageFilter& wanted) const = 0;
  virtual uint64_t last_seq() const = 0;
  virtual std::optional<uint64_t> cursor(const std::string& subscriber) const = 0;
  virtual SourcePosition position(const std::string& source) const = 0;
  virtual std::optional<int64_t> clock() const = 0;
  virtual std::optional<Error> failure() const = 0;
};

// The engine must outlive the view.
std::unique_ptr<EngineView> engine_view_of(const Engine& engine);

}  // namespace tocsin
