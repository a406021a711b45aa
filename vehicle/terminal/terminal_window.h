// The crew's screen: header, the most urgent alarm, a page, and beside it the one big button that
// always names the next state. What the finger did can be taken back for 5 s.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/alarm_page.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/form_page.h"
#include "vehicle/terminal/header_bar.h"
#include "vehicle/terminal/intercom_panel.h"
#include "vehicle/terminal/patient_page.h"
#include "vehicle/terminal/vehicle_socket.h"
#include "vehicle/terminal/way_page.h"
#include "vehicle/terminal/way_worker.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <QLabel>
#include <QStackedWidget>
#include <QTimer>
#include <QWidget>

namespace ems::terminal {

enum class Page { task, way, patient, form, alarms };

// What a button means while a finger lies on it.
struct Meaning {
    std::optional<Step> step;
    std::string order_command_id; // empty: no order
    std::string posting_command_id; // empty: none
    std::int64_t fence_us{0}; // that the button showed; it comes and goes without another meaning
    bool operator==(const Meaning& other) const {
        return step == other.step && order_command_id == other.order_command_id &&
               posting_command_id == other.posting_command_id;
    }
};

class TerminalWindow : public QWidget {
    Q_OBJECT
  public:
    // `ring` is called while a new order waits, once a second; may be empty. All references outlive
    // the window. `unit` is how the crew calls itself ("席张01"); empty: the vehicle's id.
    TerminalWindow(const console::Theme& theme, VehicleSocket& vehicle, WayWorker& way,
                   const Clock& clock, const QString& unit, std::function<void()> ring);

    void showPage(Page page);
    void setSoundDevice(bool works); // NOLINT: a state, not a choice of behaviour
    [[nodiscard]] Page page() const;
    [[nodiscard]] WayPage& wayPage() { return *way_page_; }
    [[nodiscard]] FormPage& formPage() { return *form_; }
    [[nodiscard]] BigButton& sendEcgButton() { return patient_->sendEcgButton(); }
    [[nodiscard]] BigButton& mainButton() { return *main_; }
    [[nodiscard]] BigButton& undoButton() { return *undo_; }
    [[nodiscard]] BigButton& refuseButton() { return *refuse_; }
    [[nodiscard]] IntercomPanel& intercom() { return *intercom_; }
    [[nodiscard]] BigButton& callButton() { return intercom_->callButton(); }
    [[nodiscard]] BigButton& talkButton() { return intercom_->talkButton(); }
    [[nodiscard]] BigButton& otherButton(int index) {
        return *others_.at(static_cast<std::size_t>(index));
    }
    // Of the reasons that follow the refuse button.
    [[nodiscard]] BigButton& reasonButton(int index) {
        return *reasons_.at(static_cast<std::size_t>(index));
    }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QWidget* makeActions();
    QWidget* makeReasons();
    QWidget* makeNavigation();
    [[nodiscard]] Meaning meaning(std::optional<Step> step) const;
    [[nodiscard]] static QString label(const vehicle::Status& status, Step step);
    void actAsTouched(BigButton& button, std::function<Meaning()> means,
                      std::function<void(Step, std::int64_t fence_us)> act);
    void refresh();
    void refreshActions(const vehicle::Status& status);
    void ringOrder(const vehicle::Status& status);
    void ringPosting(const vehicle::Status& status);
    void askWay(const vehicle::Status& status);

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    WayWorker& way_;
    const Clock& clock_;
    std::function<void()> ring_;
    AlarmStrip* strip_{nullptr};
    QStackedWidget* pages_{nullptr};
    QWidget* task_{nullptr};
    WayPage* way_page_{nullptr};
    PatientPage* patient_{nullptr};
    FormPage* form_{nullptr};
    AlarmPage* alarms_{nullptr};
    QWidget* reasons_page_{nullptr};
    BigButton* main_{nullptr};
    BigButton* undo_{nullptr};
    BigButton* refuse_{nullptr};
    IntercomPanel* intercom_{nullptr};
    std::vector<BigButton*> others_;
    std::vector<BigButton*> reasons_;
    std::vector<BigButton*> navigation_;
    QLabel* said_{nullptr};
    QLabel* mute_{nullptr};
    QTimer said_until_;
    QTimer ringing_;
    std::optional<Step> next_;
    std::vector<Step> other_steps_;
    Meaning touched_; // of the button that was pressed last
    std::string shown_order_;
    std::string shown_posting_;
    std::int64_t asked_way_ms_{0};
    std::optional<WayTarget> asked_way_to_;
};

} // namespace ems::terminal
