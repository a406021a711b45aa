// Under the list of alarms: why the chosen one came, what follows and what to do (console/model/alarm_table.h); or, after L, what
// alarms cost at this seat (console/model/alarm_load.h).
#pragma once

#include <string>

#include "console/widgets/desk.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class AlarmReasonView : public QWidget, public Spoken {
    Q_OBJECT
  public:
    enum class Page { reason, load };
    explicit AlarmReasonView(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenText() override;
    // Of the alarm with this key; empty: of none.
    void setAlarm(const std::string& key);
    void setPage(Page page);
    [[nodiscard]] Page page() const { return page_; }
    // Every line that is painted, for tests and screen readers.
    [[nodiscard]] QStringList lines() const;
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Line {
        QString name;
        QString text;
    };
    [[nodiscard]] QList<Line> reasonLines() const;
    [[nodiscard]] QList<Line> loadLines() const;
    Desk& desk_;
    std::string key_;
    Page page_{Page::reason};
};

} // namespace ems::console
