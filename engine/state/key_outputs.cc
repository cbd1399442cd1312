#include "engine/state/key_outputs.h"

#include <algorithm>

namespace tocsin {

namespace {

bool earlier(const OutputRow* a, const OutputRow* b) {
  if (a->route != b->route) return a->route < b->route;
  return order(*a->row, *b->row) < 0;
}

std::vector<const OutputRow*> in_order(const std::vector<OutputRow>& outputs, size_t from) {
  std::vector<const OutputRow*> sorted;
  for (size_t i = from; i < outputs.size(); ++i) sorted.push_back(&outputs[i]);
  std::sort(sorted.begin(), sorted.end(), earlier);
  return sorted;
}

}  // namespace

void send_fresh_outputs(const OutputRows& outputs, size_t known, std::vector<OutputDelta>& sent) {
  for (size_t i = known; i < outputs.size(); ++i) {
    const OutputRow& output = outputs.rows()[i];
    sent.push_back({.route = output.route, .row = clone(*output.row)});
  }
}

void send_output_difference(const std::vector<OutputRow>& before, const OutputRows& outputs,
                            size_t kept, Reason reason, std::vector<OutputDelta>& sent) {
  const std::vector<const OutputRow*> then = in_order(before, 0);
  const std::vector<const OutputRow*> now = in_order(outputs.rows(), kept);
  std::vector<const OutputRow*> gone, come;
  auto old = then.begin();
  for (const OutputRow* output : now) {
    while (old != then.end() && earlier(*old, output)) gone.push_back(*old++);
    const bool known = old != then.end() && !earlier(output, *old);
    const bool same = known && (*old)->row->same_content(*output->row);
    if (known && !same) gone.push_back(*old);
    if (known) ++old;
    if (!same) come.push_back(output);
  }
  gone.insert(gone.end(), old, then.end());
  for (const OutputRow* output : gone) {
    sent.push_back({output->route, clone(*output->row), false, reason});
  }
  for (const OutputRow* output : come) {
    sent.push_back({output->route, clone(*output->row), true, reason});
  }
}

}  // namespace tocsin
