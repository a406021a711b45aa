// Who at another desk is changing the case that stands in the call form, else who has changed it while it stood there: what a
// dispatcher reads twice has a name and a time. The centre's audit is asked only when what the form shows has become another.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "console/widgets/desk.h"

#include <QObject>
#include <QString>

namespace ems::console {

class LastWriter : public QObject {
    Q_OBJECT
  public:
    // `shown_case` gives the case of the form; 0: none.
    LastWriter(Desk& desk, std::function<std::int64_t()> shown_case, QObject* parent = nullptr);
    // "Zhao (desk 2) editing", "edited by zhao 14:02"; empty as long as nobody else does or has.
    [[nodiscard]] const QString& text() const { return text_; }

  signals:
    void changed();

  private:
    void follow();
    void take(const api::ServerFrame& frame);
    void say();

    Desk& desk_;
    std::function<std::int64_t()> shown_case_;
    std::int64_t incident_{0};
    std::int64_t since_us_{0};   // server time when it came into the form
    std::string content_;        // what the form shows of it, as it was last seen
    std::uint64_t asked_{0};     // the question that is open; 0: none
    QString written_;            // by whom it was changed; empty: by nobody else
    QString text_;
};

} // namespace ems::console
