// One desk: alarm bar, docks, status strip; the dispatcher's view and the physician's view on one model. Keys are those
// printed on the controls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "console/theme/drill_marks.h"
#include "console/widgets/call_form.h"
#include "console/widgets/command_bar.h"
#include "console/widgets/desk.h"
#include "console/widgets/intercom.h"
#include "console/widgets/room.h"
#include "console/widgets/video_wall.h"
#include "console/window/layout_store.h"
#include "console/window/reason_drafts.h"
#include "console/window/replay_window.h"

#include <QMainWindow>
#include <QPointer>
#include <QTimer>
#include <QWidget>

class QDockWidget;
class QShortcut;
class QStackedWidget;

namespace ems::map {
struct Scene;
}

namespace ems::console {

class AlarmBar;
class AlarmListView;
class AlarmReasonView;
class PartsView;
class StatusStrip;
class PanelTitle;
class MapView;
class EcgPageView;
class EcgSentView;
class SentEcgLoader;
struct EcgRecord;
class EcgStrip;
class EcgSweep;
class News2View;
class TallArea;
class KeyButton;
class OutageForm;
class OutageList;
class OutageStore;

enum class View { dispatcher, physician };

class MainWindow : public QWidget {
    Q_OBJECT
  public:
    // `scene`, `intercom` and what `video` gives may be null and must outlive the window. `draft_path` empty: nothing that is
    // typed is kept.
    MainWindow(Desk& desk, const map::Scene* scene, VideoSources video, const QString& draft_path,
               IntercomLine* intercom = nullptr);
    ~MainWindow() override;

    // Where addresses are looked up; must outlive the window.
    void setPlaceSearch(const PlaceSearch* search);
    void showView(View view);
    [[nodiscard]] View view() const;
    [[nodiscard]] MapView& mapView() { return *map_; }
    [[nodiscard]] CallForm& callForm() { return *form_; }
    [[nodiscard]] CommandBar& commandBar() { return *command_; }
    [[nodiscard]] const EcgSweep& sweep() const { return *sweep_; }
    [[nodiscard]] VideoWall& videoWall() { return *video_wall_; }
    [[nodiscard]] EcgPageView& ecgPage() { return *ecg_page_; }
    // Ctrl+F: the ECG of this moment on its page, in the place of the sweep; once more: live again.
    void toggleFreeze();
    // Speed, gain and band of the ECG, live or frozen: the next one of each.
    void nextEcgSpeed();
    void nextEcgGain();
    void switchEcgBand();
    // The page of the ECG that the crew of the patient shown sent last.
    void openSentEcg();
    [[nodiscard]] bool isFrozen() const;
    // F4 would send the chosen unit now.
    [[nodiscard]] bool canDispatch() const;

    // F4: sends what is printed on it; a choice other than the first asks for a reason. Refuses once an order that
    // changed under the person's hand.
    void dispatchChosen();
    // Keeps the arrangement of each user in this folder; empty: for this run alone.
    void keepLayouts(const QString& folder);
    // Over the monitors there are: call taking, map, physician; two: without the physician. And back into one window.
    void spreadOut();
    void gather();
    [[nodiscard]] Spread spread() const { return spread_; }
    void storeLayout();
    // Shown in the status strip when alarms cannot be heard.
    // A place of the map: of the call that is being taken; of a running case a line is begun.
    void takePlace(double lat, double lon);
    void setSoundDevice(bool there); // NOLINT: a state, not a choice of behaviour
    // Shift+F4: the chosen unit as one more than the case wants.
    void addChosen();
    // Ctrl+N: asks why no case comes of the call in the form, and ends it.
    void dropCall();
    // Ctrl+I: asks for the reason and lays the caller of the case in the form open; once more: masked.
    void revealCaller();
    // Of replays; without it they have no pictures and no speech.
    void setReplayMedia(ReplayMedia media);
    // Ctrl+Q asks whether the user is to be logged off; only where a log-in window can follow.
    void offerUserChange();
    void changeUser();
    // Ctrl+K asks whether NEWS2 of the patient shown is to be read on the other SpO₂ scale.
    void offerSpo2Scale();
    // Ctrl+H the chosen case, Shift+Ctrl+H one of the past.
    void openReplay(const api::Incident& incident);
    void replaySelected();
    void pickCase();
    [[nodiscard]] ReplayWindow* replay() { return replay_.get(); }

  public slots:
    // A walk around both views; ends by itself or by Esc.
    void startTour();
    // How this desk stands with each server.
    void showConnection();
    // A ruler to hold a real one against, on the screen of the ECG.
    void showRuler();

  signals:
    // The user is off, and the centre knows what ends: the window goes, and somebody logs in.
    void userChangeWanted();

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    // A part that is closed comes back into the one window; with the one window they all go.
    bool eventFilter(QObject* watched, QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    struct Dock {
        QDockWidget* dock;
        PanelTitle* title;
    };
    Dock addDock(QMainWindow* window, const char* name, const QString& title, QWidget* content, bool fed_by_server,
                 Qt::DockWidgetArea area);
    QWidget* makeRecommend();
    void buildDispatcher();
    void buildPhysician();
    void showFrozen(EcgRecord record);
    void takeSentEcg(const EcgRecord& record, const std::string& event_id);
    QWidget* makeEcg();
    void showLiveEcg();
    // What stands at the foot gives its room to the ECG on a low screen and while a page is frozen.
    void giveRoomToEcg();
    void setEcgScale(signal::EcgScale scale);
    void addScaleButton();
    void refreshScale();
    void sendSpo2Scale(const api::SetSpo2Scale& wanted);
    void addAlarmSwitches();
    void switchAlarms(std::int64_t unit_id, const QString& parameter);
    void sendSwitch(api::MarkAlarm mark, const QString& echo);
    void sayNotSwitched(const QString& why);
    void addEcgButtons();
    void refreshEcgButtons();
    void printEcg();
    void refreshEcgTitle();
    void sayOfEcg(const QString& text);
    void addShortcuts();
    void addCommandLine();
    // The line where the person is, with this text to be read and sent. No view is left for it.
    void beginLine(const QString& text);
    void focusLine();
    void openLine();
    void leaveLine();
    void closeLine();
    void closeAnsweredLine();
    void placeLine();
    QWidget* makeIntercom();
    void buildIntercomStrip();
    void talkFromDispatcher();
    void showIntercomStrip();
    void leaveIntercomStrip();
    [[nodiscard]] const api::Unit* unitToTalkTo() const;
    // True where the part's window has passed a talk key, or a digit that chooses a unit, on.
    bool takeKeyOfPart(const QObject* part, const QEvent& event);
    bool takeTalkKeyOfPhysician(const QKeyEvent& key);
    // Of the alarm bar and, while it stands under it, the intercom's strip.
    [[nodiscard]] int barsHeight() const;
    void doDeed(const Deed& deed);
    void showHelp();
    void buildAlarmList();
    void toggleAlarmList();
    void placeAlarmList();
    void buildOutage(const QString& path);
    void toggleOutage();
    void openOutageForm();
    void closeOutageForm();
    void openOutageList(Qt::FocusReason reason);
    void closeOutageList();
    void placeOutage();
    void watchOutage();
    void buildPartsView();
    void togglePartsView();
    void placePartsView();
    void explain(const api::ServerFrame& frame);
    void refresh();
    void refreshAction();
    // To the other desks: the running case that a person changes in the form or writes a note to.
    void tellEdited();
    // The view in front of the person who pressed a key: of several windows, that of the active one.
    [[nodiscard]] View activeView() const;
    // A call that is not opened stands in the form, and nobody went to the queue or the list for another case.
    [[nodiscard]] bool isWritingCall() const;
    void printOrder(const std::optional<Order>& order);
    [[nodiscard]] bool isCarriedOut(const Order& order) const;
    QString askReason(const Order& order);
    [[nodiscard]] QString answeredAt();
    void layoutDocks();
    void giveRoomToShown();
    void closeReplay();
    void markDrill();
    void takeUser();
    void leaveDesk();

    Desk& desk_;
    const map::Scene* scene_;
    QString draft_path_;
    ReasonDrafts reasons_;
    AlarmBar* alarms_;
    AlarmListView* alarm_list_{nullptr};
    AlarmReasonView* alarm_reason_{nullptr}; // under it
    QString switch_echo_; // of the alarms switched off or on last
    QPointer<QWidget> before_alarm_list_; // had the focus
    PartsView* parts_view_{nullptr};
    QPointer<QWidget> before_parts_view_; // likewise
    OutageStore* outage_{nullptr};
    OutageForm* outage_form_{nullptr};
    OutageList* outage_list_{nullptr};
    KeyButton* record_{nullptr};
    QPointer<QWidget> before_outage_; // likewise
    bool outage_due_{true}; // the list opens by itself as soon as the server is there
    StatusStrip* strip_;
    QStackedWidget* views_;
    QMainWindow* dispatcher_;
    QMainWindow* physician_;
    MapView* map_{nullptr};
    CallForm* form_{nullptr};
    EcgSweep* sweep_{nullptr};
    EcgPageView* ecg_page_{nullptr};
    EcgSentView* ecg_sent_{nullptr};
    SentEcgLoader* sent_ecg_{nullptr};
    EcgStrip* ecg_strip_{nullptr}; // above the page, while one is frozen
    KeyButton* ecg_speed_{nullptr};
    KeyButton* ecg_gain_{nullptr};
    KeyButton* ecg_band_{nullptr};
    QString ecg_said_;
    QString scale_said_; // why the scale was not switched; until another case
    QString scale_echo_; // of the switch that was sent last
    QWidget* below_ecg_{nullptr}; // gives its room to the page
    Room foot_room_{Room::ample};
    int foot_height_{0}; // of what stands at the foot, before it gave its room
    TallArea* ecg_area_{nullptr}; // the ECG and what stands below it
    VideoSources video_sources_;
    VideoWall* video_wall_{nullptr};
    CommandBar* command_{nullptr};
    QWidget* line_room_{nullptr};    // the command line's under the dispatcher's view; in the physician's it lies over the foot
    View line_at_{View::dispatcher}; // whose it is now
    QPointer<QWidget> before_line_;  // had the focus
    std::int64_t line_closes_us_{0}; // monotonic, once what was sent is answered
    IntercomLine* intercom_line_;
    Intercom* talk_{nullptr};        // in its dock, or in the strip
    QWidget* talk_dock_{nullptr};
    QWidget* talk_strip_{nullptr};
    QShortcut* leave_line_{nullptr}; // while the strip stands
    struct {
        std::int64_t unit{0};
        std::int64_t at_us{0};
    } left_line_; // the last
    KeyButton* send_{nullptr};
    KeyButton* add_{nullptr};
    QStackedWidget* recommend_stack_{nullptr};
    Dock queue_{};
    Dock call_{};
    Dock timeline_{};
    Dock recommend_{};
    Dock units_{};
    Dock worklist_{};
    Dock video_{};
    Dock intercom_{};
    Dock patient_{};
    Dock numerics_{};
    Dock ecg_{};
    Dock trends_{};
    Dock news2_{};
    News2View* news2_view_{nullptr};
    Dock stages_{};
    Dock orders_{};
    KeyButton* spo2_scale_{nullptr};
    PanelTitle* map_title_{nullptr};
    DrillMarks drill_marks_;
    SystemClock clock_; // of replays: the desk's own may be another's
    ReplayMedia replay_media_;
    std::unique_ptr<ReplayWindow> replay_;
    LayoutStore layouts_{{}};
    QString layout_user_;
    QTimer store_layout_;
    bool offers_user_change_{false};
    QTimer leave_;
    Spread spread_{Spread::one_window};
    QWidget* map_box_{nullptr}; // a window of its own while spread out, owned here then
    // What the button said last that F4 sends, whether it came to say so without the person's doing, and whether it says so now.
    std::optional<Order> printed_;
    std::uint64_t printed_choices_{0};
    bool changed_by_itself_{false};
    bool is_printed_{false};
};

} // namespace ems::console
