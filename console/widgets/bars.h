// The bars at the top and the bottom: alarms with their acknowledgement, and the links, the clock and the theme.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "console/theme/alarm_box.h"
#include "console/theme/symbols.h"
#include "console/widgets/desk.h"
#include "console/widgets/part_marks.h"
#include "console/widgets/spoken.h"

#include <QWidget>

class QPushButton;

namespace ems::console {

// At most six chips, then "+n". A chip does not move while a key or button is held down, for kHeldMaxS at the most. A screen
// reader is told each chip as it comes, and the two buttons.
class AlarmBar : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit AlarmBar(Desk& desk, QWidget* parent = nullptr);
    static constexpr std::size_t kChipsMax = 6;
    // Nobody has read a chip that has stood for less.
    static constexpr double kReadS = 0.7;
    static constexpr double kHeldMaxS = 2; // a book on the keyboard hides no alarm
    // F8: the first unacknowledged one of this desk's role (console/model/alarm_sound.h) that stands on the screen and has
    // stood there for kReadS. What is put away, or under "+n", nobody has seen; another role's is acknowledged for everybody,
    // so only by hand from the list.
    void acknowledgeFirst();
    // Keys of the chips on the screen, from the left.
    [[nodiscard]] const std::vector<std::string>& painted() const { return painted_; }
    // As the chips say it, for the list of all of them: what it is about, and its limit, age, delay and who has seen it.
    [[nodiscard]] static QString subjectText(const AlarmEntry& alarm);
    [[nodiscard]] static QString chipTail(const Desk& desk, const AlarmEntry& alarm);
    [[nodiscard]] static AlarmFill fillOf(const AlarmEntry& alarm);
    // The grade alone, filled while nobody has acknowledged it; gives its width.
    [[nodiscard]] static int markWidth(const AlarmEntry& alarm);
    static int paintMark(QPainter& p, const Theme& theme, QPointF top_left, const AlarmEntry& alarm, SymbolLook look);
    [[nodiscard]] int spokenCount() override;
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    void pressSpoken(int index) override;

  signals:
    // "+n" was clicked.
    void listWanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    // Of the whole program: which keys and buttons are down.
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Shown { // since when, as it stands now
        double since_s{0};
        Grade grade{Grade::low};
        AlarmState state{AlarmState::active};
    };
    void press(int key);
    void release(int key);
    [[nodiscard]] bool isHeld() const;
    [[nodiscard]] std::vector<const AlarmEntry*> chosen(std::size_t count) const;
    void rememberPainted(const std::vector<const AlarmEntry*>& alarms);
    [[nodiscard]] QString pauseText() const;
    struct Chip {
        const AlarmEntry* alarm{nullptr};
        std::size_t behind{0}; // of its group, without a chip
    };
    [[nodiscard]] std::vector<Chip> chipsOf(const std::vector<const AlarmEntry*>& alarms) const;
    int paintChip(QPainter& p, int left, const Chip& chip, int room) const;
    [[nodiscard]] int chipWidth(const Chip& chip) const;
    [[nodiscard]] static QString markText(const AlarmEntry& alarm);
    [[nodiscard]] static QString chipText(const Chip& chip);
    [[nodiscard]] QString restText() const;
    Desk& desk_;
    QTimer flash_;
    std::vector<std::string> painted_; // keys of the chips on the screen
    std::vector<QRect> boxes_;         // of them
    std::map<std::string, Shown> shown_; // of those in painted_
    std::set<int> held_; // keys, and mouse buttons as negative numbers
    double held_since_s_{0};
    unsigned phase_{0};
    int button_left_{0};
    int pause_left_{0};
    int more_left_{0};  // of "+n"
};

class StatusStrip : public QWidget {
    Q_OBJECT
  public:
    explicit StatusStrip(Desk& desk, QWidget* parent = nullptr);
    // What this machine says of itself, e.g. that it has no loudspeaker; empty hides it.
    void setPart(const QString& name, const QString& value);
    // How the parts of the centre are, and how many do not work as they should: 0 hides the mark.
    void setParts(std::vector<PartMark> marks, int degraded);
    [[nodiscard]] const std::vector<PartMark>& marks() const { return marks_; }
    [[nodiscard]] int degraded() const { return degraded_; }

  signals:
    // The mark was clicked.
    void partsWanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    int paintPart(QPainter& p, int left, const QString& name, const QString& value, const QColor& ink) const;
    // Returns where it begins.
    double paintClock(QPainter& p) const;
    Desk& desk_;
    int paintDegraded(QPainter& p, int left);
    std::map<QString, QString> parts_;
    std::vector<PartMark> marks_;
    int degraded_{0};
    QRect degraded_box_;
};

} // namespace ems::console
