// The command line at the foot of the desk: F10 comes here, Tab completes, Up and Down bring back former lines, Enter does
// what stands beside it, Esc leaves and keeps the text. The echo is made of the message that Enter sends; when it changed
// without the person's doing, Enter is refused once.
#pragma once

#include <functional>

#include "console/model/command_line.h"
#include "console/widgets/controls.h"
#include "console/widgets/desk.h"

#include <QWidget>

namespace ems::console {

class KeptField;

// What the map adds to a line.
struct MapMarks {
    GeoPoint centre;
    std::optional<GeoPoint> here;
    std::vector<GeoPoint> drawn;
    bool drawn_is_area{false};
};

class CommandBar : public QWidget {
    Q_OBJECT
  public:
    explicit CommandBar(Desk& desk, QWidget* parent = nullptr);
    void setPlaces(const PlaceSearch* places);
    // What stands in the line is kept in this file half a second later, and stands there again after a crash; nothing is done
    // of it without Enter. Empty: not kept.
    void keepLine(const QString& path);
    // What was typed a moment ago is kept without waiting.
    void storeNow();
    void setMarks(std::function<MapMarks()> marks) { marks_ = std::move(marks); }
    // Takes the focus with this text, to be read, completed and sent by the person.
    void begin(const QString& text);
    void focusLine();
    [[nodiscard]] bool isTyping() const { return line_->hasFocus(); }
    [[nodiscard]] QString text() const { return line_->text(); }
    // What stands beside the line: what Enter does, or why it cannot.
    [[nodiscard]] QString echo() const { return echo_; }
    // What stands there as it was painted last: the echo whenever Enter would do it, else what was said last, or the refusal
    // where the line is empty; beside a line that is refusal().
    [[nodiscard]] QString painted() const { return painted_; }
    // Why the centre would not do the last line it refused; it stands beside whatever is typed next, until Esc, until the same
    // line is done, or until something is typed 10 s later.
    [[nodiscard]] const QString& refusal() const { return refused_; }
    [[nodiscard]] const ParsedLine& parsed() const { return parsed_; }
    void say(const QString& text);

  signals:
    void deed(const ems::console::Deed& deed);
    void ran(); // a line was done: the focus may go back
    void escaped(); // it was left by Esc, its text kept

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    enum class Why { typed, by_itself };
    void readLine(Why why);
    void takeDone(const QString& order);
    void takeRefusal(const QString& order, const QString& why);
    void forgetReadRefusal();
    void forgetRefusal();
    [[nodiscard]] int lineWidth() const;
    void run();
    void takeCompletion();
    void placeList();

    Desk& desk_;
    CommandWords words_;
    NameMatch names_;
    const PlaceSearch* places_{nullptr};
    std::function<MapMarks()> marks_;
    CommandHistory history_;
    ParsedLine parsed_;
    TextField* line_;
    QWidget* list_;
    QString echo_;
    QString painted_;
    QString said_;               // the last word but a refusal, until something is typed
    // What Enter would do, as far as it can be told from another doing.
    struct Form {
        std::string message;
        std::optional<Deed> deed;
        bool operator==(const Form&) const = default;
        [[nodiscard]] bool isEmpty() const { return message.empty() && !deed; }
    };
    Form read_form_;             // when the person last wrote, or was told that it had changed
    bool changed_by_itself_{false};
    std::size_t chosen_{0};      // completion
    KeptField* kept_{nullptr};   // of the line; null: it is not kept
    QString refused_;
    QString refused_order_;      // as it was echoed
    std::int64_t refused_until_us_{0}; // at least; monotonic
};

} // namespace ems::console
