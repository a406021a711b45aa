// Reasons that were being typed when the program ended, each bound to what it was asked for: another order is never given the
// words of this one. One goes when it is answered or given up, after half an hour, or before more than a few others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "console/widgets/desk.h"

#include <QString>

namespace ems::console {

class ReasonDrafts {
  public:
    static constexpr std::size_t kMost = 8; // more than one person is asked for before the first is answered
    static constexpr std::int64_t kAgeMostUs = 30LL * 60 * 1'000'000;

    // Takes what an earlier run left. `path` empty: nothing is kept. The desk outlives this.
    ReasonDrafts(const Desk& desk, QString path);
    // What was typed for it; empty: nothing, or too long ago.
    [[nodiscard]] QString textFor(const QString& subject) const;
    // False: this machine could not store it.
    [[nodiscard]] bool keep(const QString& subject, const QString& text);
    void forget(const QString& subject);

  private:
    struct Draft {
        QString subject;
        QString text;
        std::int64_t at_us;
    };
    void load();
    [[nodiscard]] bool store() const;
    [[nodiscard]] bool isYoung(const Draft& draft) const;

    const Desk& desk_;
    QString path_;
    std::deque<Draft> drafts_; // the newest last
};

} // namespace ems::console
