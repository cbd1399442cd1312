#include "engine/engine.h"

#include "engine/engine_impl.h"

namespace tocsin {

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(std::shared_ptr<const plan::Program> program,
                                             EngineOptions options) {
  auto impl = std::make_unique<Impl>(std::move(program), std::move(options));
  if (const Status status = impl->open(); !status) return status.error();
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Status Engine::run(BatchSource& source, BatchSink& sink) { return impl_->run(source, sink); }

Status Engine::advance_clock(int64_t time, BatchSink& sink) {
  return impl_->advance_clock(time, sink);
}

std::optional<int64_t> Engine::next_due() const {
  const int64_t due = impl_->next_due();
  return due == INT64_MAX ? std::nullopt : std::optional(due);
}

LogSlice Engine::read_log(uint64_t after_seq, size_t bytes_max) const {
  return impl_->log().read(after_seq, bytes_max);
}

OpenWarnings Engine::open_warnings(const MessageFilter& wanted) const {
  return impl_->log().open(wanted);
}
uint64_t Engine::last_seq() const { return impl_->log().last_seq(); }

std::optional<uint64_t> Engine::cursor(const std::string& subscriber) const {
  return impl_->cursor(subscriber);
}

SourcePosition Engine::position(const std::string& source) const { return impl_->position(source); }

std::vector<Reject> Engine::rejects(uint64_t after_number, size_t count_max) const {
  return impl_->rejects(after_number, count_max);
}

std::optional<int64_t> Engine::clock() const { return impl_->clock(); }
std::vector<RuleFaults> Engine::faults() const { return impl_->faults(); }
size_t Engine::cached_bytes() const { return impl_->cached_bytes(); }
std::string Engine::policy_hash() const { return impl_->policy_hash(); }
std::vector<std::string> Engine::net_result(Kinds kinds) const { return impl_->net_result(kinds); }
std::optional<Error> Engine::failure() const { return impl_->failure(); }

}  // namespace tocsin
