// What oneTBB runs for the engine: loops of independent tasks, and batches on their way through
// stages.
//
// tasks.cc is the only file that sees oneTBB. The thread sanitizer does not see into Debian's
// library, so that file is compiled without it, and what the library orders is said once more
// here and in the stages by HandOver: whatever the sanitizer then reports is ours.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/hand_over.h"

namespace tocsin {

class Tasks {
 public:
  explicit Tasks(unsigned threads);  // 0: as many as cores
  ~Tasks();

  // Runs body(0) .. body(count - 1), in any order, on any of the threads, and waits for them all.
  // The caller's thread takes part, and takes up no other work until the loop is done.
  template <class Body>
  void each(size_t count, const Body& body);

 private:
  struct Arena;
  class Loop {
   public:
    virtual void run(size_t i) const = 0;

   protected:
    ~Loop() = default;
  };

  void run(size_t count, const Loop& loop);

  std::unique_ptr<Arena> arena_;
};

// The process's hand-overs, so that a task needs nothing of its loop to reach them. Tasks only
// take the first and only pass the second: they order nothing among themselves.
inline constinit HandOver tasks_begin, tasks_end;

template <class Body>
void Tasks::each(size_t count, const Body& body) {
  struct Task final : Loop {
    explicit Task(const Body& todo) : body(todo) {}
    void run(size_t i) const override {
      tasks_begin.take();
      body(i);
      tasks_end.pass();
    }
    const Body& body;
  };
  const Task task(body);
  tasks_begin.pass();
  run(count, task);
  tasks_end.take();
}

// The way of a batch. Each works on the batch in a place; all but decode get them in order, one
// at a time.
class Stages {
 public:
  virtual bool read(size_t place) = 0;  // false: nothing more comes
  virtual void decode(size_t place) = 0;
  virtual void admit(size_t place) = 0;
  virtual void evaluate(size_t place) = 0;

 protected:
  ~Stages() = default;
};

// Runs the stages until nothing more comes. At most `places` batches are under way; they take
// places 0, 1, .. places - 1, 0, .. in turn.
void run_stages(Stages& stages, size_t places);

}  // namespace tocsin
