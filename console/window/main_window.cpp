#include "console/window/main_window.h"

#include "console/model/rows.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/bars.h"
#include "console/widgets/advisory_view.h"
#include "console/widgets/ecg_sent_view.h"
#include "console/widgets/found_view.h"
#include "console/widgets/last_writer.h"
#include "console/widgets/map_view.h"
#include "console/widgets/panel.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/orders_place.h"
#include "console/widgets/outage_form.h"
#include "console/widgets/scores_view.h"
#include "console/widgets/tall_area.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/queue_view.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/words.h"
#include "map/scene/scene.h"

#include <QApplication>
#include <QDockWidget>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ems::console {
namespace {

void plain_layout(QVBoxLayout* layout) {
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
}

// A file of its own for what is no call; empty as long as nothing is kept.
QString kept_beside(const QString& draft_path, const char* what) {
    return draft_path.isEmpty() ? QString{} : draft_path + QLatin1Char('-') + QLatin1String(what);
}

constexpr int kLowWindowPx = 760; // below it the docks need what the intercom's strip would take
constexpr int kLowStripPx = 24;
constexpr int kStagesAndLanesPx = 220; // of a low screen: two rows of stages, a lane and its axis, a note

} // namespace

MainWindow::MainWindow(Desk& desk, const map::Scene* scene, VideoSources video, const QString& draft_path,
                       IntercomLine* intercom)
    : desk_(desk), scene_(scene), draft_path_(draft_path), reasons_(desk, kept_beside(draft_path, "reason")),
      alarms_(new AlarmBar(desk)), strip_(new StatusStrip(desk)),
      views_(new QStackedWidget), dispatcher_(new QMainWindow), physician_(new QMainWindow), video_sources_(std::move(video)),
      intercom_line_(intercom), drill_marks_(desk.theme()) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("EMS 120"));
    map_ = new MapView(desk_);
    form_ = new CallForm(desk_, draft_path);
    connect(map_, &MapView::placePicked, this, &MainWindow::takePlace);
    buildDispatcher();
    buildPhysician();
    views_->addWidget(dispatcher_);
    views_->addWidget(physician_);
    giveRoomToShown();
    auto* layout = new QVBoxLayout(this);
    plain_layout(layout);
    layout->addWidget(alarms_);
    buildIntercomStrip();
    layout->addWidget(talk_strip_);
    layout->addWidget(views_, 1);
    line_room_ = new QWidget;
    line_room_->setFixedHeight(metrics::kCommandLineHeight);
    layout->addWidget(line_room_);
    layout->addWidget(strip_);
    addCommandLine();
    command_->keepLine(kept_beside(draft_path, "line"));
    if (!command_->text().isEmpty()) {
        line_at_ = View::physician; // what a crash has left is seen there too
    }
    buildAlarmList();
    addAlarmSwitches();
    buildPartsView();
    buildOutage(kept_beside(draft_path, "outage"));
    addShortcuts();
    connect(&desk_, &Desk::stateChanged, this, &MainWindow::markDrill);
    markDrill();
    connect(&desk_, &Desk::stateChanged, this, &MainWindow::refresh);
    connect(&desk_, &Desk::selectionChanged, this, &MainWindow::refresh);
    connect(&desk_, &Desk::ticked, this, &MainWindow::refresh);
    connect(qApp, &QApplication::focusChanged, this, &MainWindow::refreshAction); // F4 asks where it is
    connect(qApp, &QApplication::focusChanged, this, &MainWindow::tellEdited);
    connect(form_, &CallForm::noteChanged, this, &MainWindow::refreshAction);
    map_->setScene(scene_);
    resize(1920, 1080);
    layoutDocks();
    refresh();
}

void MainWindow::markDrill() {
    if (desk_.isDrill()) {
        drill_marks_.begin();
    }
}

MainWindow::~MainWindow() {
    if (!layout_user_.isEmpty()) {
        storeLayout();
    }
    disconnect(qApp, &QApplication::focusChanged, this, nullptr); // the parts that go lose it
    replay_.reset(); // it asks this desk
    gather(); // what stands in windows of its own is deleted with this one
}

MainWindow::Dock MainWindow::addDock(QMainWindow* window, const char* name, const QString& title, QWidget* content,
                                     bool fed_by_server, Qt::DockWidgetArea area) {
    const FedBy fed_by = fed_by_server ? FedBy::server : FedBy::desk;
    Dock made{new QDockWidget(title, window), nullptr};
    made.title = new PanelTitle(desk_, title, fed_by);
    made.dock->setObjectName(QString::fromLatin1(name));
    made.dock->setTitleBarWidget(made.title);
    made.dock->setWidget(new PanelBody(desk_, content, fed_by));
    made.dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    made.dock->installEventFilter(this); // it may float
    window->addDockWidget(area, made.dock);
    return made;
}

QWidget* MainWindow::makeRecommend() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    plain_layout(layout);
    recommend_stack_ = new QStackedWidget;
    recommend_stack_->addWidget(new RecommendView(desk_));
    recommend_stack_->addWidget(new FallbackView(desk_));
    layout->addWidget(recommend_stack_, 1);
    auto* actions = new QWidget;
    auto* row = new QHBoxLayout(actions);
    row->setContentsMargins(metrics::kMargin, 10, metrics::kMargin, 10);
    send_ = new KeyButton(desk_.theme(), tr("Dispatch"), QStringLiteral("F4"), ButtonKind::main);
    connect(send_, &KeyButton::clicked, this, &MainWindow::dispatchChosen);
    row->addWidget(send_, 1);
    add_ = new KeyButton(desk_.theme(), tr("Add"), tr("Shift+F4"), ButtonKind::plain);
    connect(add_, &KeyButton::clicked, this, &MainWindow::addChosen);
    row->addWidget(add_);
    layout->addWidget(actions);
    return box;
}

void MainWindow::buildDispatcher() {
    dispatcher_->setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    for (const auto& [corner, area] : {std::pair{Qt::TopLeftCorner, Qt::LeftDockWidgetArea},
                                       std::pair{Qt::BottomLeftCorner, Qt::LeftDockWidgetArea},
                                       std::pair{Qt::TopRightCorner, Qt::RightDockWidgetArea},
                                       std::pair{Qt::BottomRightCorner, Qt::RightDockWidgetArea}}) {
        dispatcher_->setCorner(corner, area);
    }
    auto* centre = new QWidget;
    centre->setObjectName(QStringLiteral("dockMap"));
    auto* layout = new QVBoxLayout(centre);
    plain_layout(layout);
    map_title_ = new PanelTitle(desk_, tr("Map"), FedBy::server);
    layout->addWidget(map_title_);
    layout->addWidget(new PanelBody(desk_, map_, FedBy::server), 1);
    dispatcher_->setCentralWidget(centre);
    queue_ = addDock(dispatcher_, "dockQueue", tr("Call queue"), new QueueView(desk_), true, Qt::LeftDockWidgetArea);
    queue_.title->setKeys({tr("F2 new call"), tr("F6 next")});
    call_ = addDock(dispatcher_, "dockCallForm", tr("Call form"), form_, false, Qt::LeftDockWidgetArea);
    connect(form_, &CallForm::noteChanged, this, [this](const QString& name, const QString& note) {
        call_.title->setName(name);
        call_.title->setNote(note);
    });
    auto* writer = new LastWriter(desk_, [this] { return form_->shownCase(); }, this);
    connect(writer, &LastWriter::changed, this, [this, writer] { call_.title->setRight(writer->text(), Weight::bold); });
    auto* stages = new TimelineView(desk_);
    stages->setMinimumHeight(kStagesAndLanesPx);
    timeline_ = addDock(dispatcher_, "dockTimeline", tr("Incident timeline"), stages, true, Qt::BottomDockWidgetArea);
    timeline_.title->setKeys({QStringLiteral("F9")});
    recommend_ = addDock(dispatcher_, "dockRecommend", tr("Recommended units"), makeRecommend(), false,
                         Qt::RightDockWidgetArea);
    recommend_.title->setKeys({QStringLiteral("F5")});
    units_ = addDock(dispatcher_, "dockUnits", tr("Units"), new UnitBoard(desk_), true, Qt::RightDockWidgetArea);
    units_.title->setKeys({QStringLiteral("F7")});
}

void MainWindow::buildPhysician() {
    physician_->setDockOptions(QMainWindow::AllowNestedDocks);
    for (const auto& [corner, area] : {std::pair{Qt::TopLeftCorner, Qt::LeftDockWidgetArea},
                                       std::pair{Qt::BottomLeftCorner, Qt::LeftDockWidgetArea}}) {
        physician_->setCorner(corner, area);
    }
    auto* centre = new QWidget;
    auto* layout = new QVBoxLayout(centre);
    plain_layout(layout);
    layout->setSpacing(metrics::kGap);
    const auto add_to = [&](QBoxLayout* row, const char* name, const QString& title, QWidget* content, int stretch) {
        auto* box = new QWidget;
        box->setObjectName(QString::fromLatin1(name));
        auto* inner = new QVBoxLayout(box);
        plain_layout(inner);
        Dock made{nullptr, nullptr};
        if (!title.isEmpty()) {
            made.title = new PanelTitle(desk_, title, FedBy::server);
            inner->addWidget(made.title);
        }
        inner->addWidget(new PanelBody(desk_, content, FedBy::server), 1);
        row->addWidget(box, stretch);
        return made;
    };
    const auto add = [&](const char* name, const QString& title, QWidget* content, int stretch) {
        return add_to(layout, name, title, content, stretch);
    };
    auto* patient = new PatientBar(desk_);
    patient->setFixedHeight(64);
    patient_ = add("dockPatient", {}, patient, 0);
    add("dockFound", {}, new FoundView(desk_), 0);
    auto* numerics = new NumericsView(desk_);
    numerics->setFixedHeight(metrics::kNumericHeight);
    numerics_ = add("dockNumerics", {}, numerics, 0);
    add("dockAdvisory", {}, new AdvisoryView(desk_), 0);
    ecg_sent_ = new EcgSentView(desk_);
    add("dockEcgSent", {}, ecg_sent_, 0);
    auto* column = new QWidget;
    auto* tall = new QVBoxLayout(column);
    plain_layout(tall);
    tall->setSpacing(metrics::kGap);
    ecg_ = add_to(tall, "dockSweep", tr("12 leads live"), makeEcg(), 1);
    ecg_.title->setKeys({tr("Ctrl+F freeze")});
    ecg_area_ = new TallArea(column, ecg_.title->parentWidget());
    layout->addWidget(ecg_area_, 1);
    addEcgButtons();
    auto* trends = new TrendsView(desk_);
    trends->setFixedHeight(150);
    below_ecg_ = new QWidget;
    auto* below = new QHBoxLayout(below_ecg_);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(metrics::kGap);
    tall->addWidget(below_ecg_);
    trends_ = add_to(below, "dockTrends", tr("Trends"), trends, 2);
    connect(ecg_area_, &TallArea::turnable, this, [this](bool can) { // NOLINT: a state, not a choice of behaviour
        trends_.title->setKeys(can ? QStringList{QStringLiteral("Ctrl+T")} : QStringList{});
    });
    connect(trends, &TrendsView::pastNoteChanged, this, [this, trends] { trends_.title->setNote(trends->pastNote()); });
    news2_view_ = new News2View(desk_);
    news2_view_->setFixedHeight(150);
    news2_ = add_to(below, "dockNews", QStringLiteral("NEWS2"), news2_view_, 2);
    addScaleButton();
    auto* scores = new ScoresView(desk_);
    scores->setFixedHeight(150);
    add_to(below, "dockScores", tr("Scores"), scores, 1).title->setNote(tr("advisory"));
    physician_->setCentralWidget(centre);
    worklist_ = addDock(physician_, "dockWorklist", tr("Running cases"), new WorklistView(desk_), true,
                        Qt::LeftDockWidgetArea);
    worklist_.title->setKeys({QStringLiteral("F6")});
    video_wall_ = new VideoWall(desk_, video_sources_);
    video_wall_->setLargeArea([this] { return physician_; }); // the alarm bar stays in sight
    video_ = addDock(physician_, "dockVideo", tr("Video"), video_wall_, true, Qt::LeftDockWidgetArea);
    video_.title->setKeys({tr("Ctrl+V")});
    connect(video_wall_, &VideoWall::countChanged, this, [this](int cameras) {
        video_.title->setNote(cameras == 0 ? QString{} : cameras == 1 ? tr("1 camera") : tr("%1 cameras").arg(cameras));
    });
    intercom_ = addDock(physician_, "dockIntercom", tr("Intercom"), makeIntercom(), true,
                        Qt::LeftDockWidgetArea);
    stages_ = addDock(physician_, "dockStages", tr("Incident timeline"), new TimelineView(desk_), true,
                      Qt::BottomDockWidgetArea);
    orders_ = addDock(physician_, "dockOrders", tr("Orders and pre-alert"), new OrdersPlace(desk_), false,
                      Qt::BottomDockWidgetArea);
    orders_.title->setKeys({QStringLiteral("Ctrl+O")});
    physician_->splitDockWidget(stages_.dock, orders_.dock, Qt::Horizontal);
}

void MainWindow::layoutDocks() {
    dispatcher_->resize(1920, 1004);
    physician_->resize(1920, 1004);
    dispatcher_->resizeDocks({queue_.dock, recommend_.dock}, {436, 576}, Qt::Horizontal);
    dispatcher_->resizeDocks({queue_.dock, call_.dock}, {440, 520}, Qt::Vertical);
    dispatcher_->resizeDocks({recommend_.dock, units_.dock}, {560, 440}, Qt::Vertical);
    dispatcher_->resizeDocks({timeline_.dock}, {262}, Qt::Vertical);
    physician_->resizeDocks({worklist_.dock}, {460}, Qt::Horizontal);
    physician_->resizeDocks({worklist_.dock, video_.dock, intercom_.dock}, {470, 390, 140}, Qt::Vertical);
    physician_->resizeDocks({stages_.dock}, {190}, Qt::Vertical);
    physician_->resizeDocks({stages_.dock, orders_.dock}, {1'048, 400}, Qt::Horizontal);
}

void MainWindow::setPlaceSearch(const PlaceSearch* search) {
    command_->setPlaces(search);
    outage_form_->setPlaces(search);
    recommend_stack_->findChild<FallbackView*>()->setPlaces(search);
    form_->setPlaceSearch(search, [this] { return map_->camera().centre(); });
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    if (alarm_list_ != nullptr) {
        talk_strip_->setFixedHeight(height() < kLowWindowPx ? kLowStripPx : Intercom::kStripHeight);
        placeAlarmList();
        placePartsView();
        placeOutage();
        placeLine();
        giveRoomToEcg();
    }
    QWidget::resizeEvent(event);
}

void MainWindow::refresh() {
    const auto& state = desk_.state();
    const auto* incident = state.incident(state.selected_incident());
    const auto* shown = state.recommendation(state.selected_incident());
    const bool stale = desk_.isStale();
    int fresh = 0;
    for (const auto& [id, unit] : state.units()) {
        const auto age = state.position_age_ms(id, desk_.localUs());
        fresh += age && *age <= kPositionAge.period_ms ? 1 : 0;
    }
    const QString direct = Words::direct(state.direct());
    map_title_->setStaleNote(direct);
    units_.title->setStaleNote(direct);
    map_title_->setRight(tr("positions %1 / %2 fresh").arg(fresh).arg(state.units().size()));
    const QString head = incident == nullptr ? QString{}
                                             : qs(incident->number()) + QStringLiteral("　") + qs(incident->complaint()) +
                                                   QStringLiteral("　") + qs(incident->address());
    refreshScale();
    timeline_.title->setNote(head);
    stages_.title->setNote(head);
    const UnitCounts counts = count_units(state);
    units_.title->setNote(tr("free %1 · on task %2 · off %3").arg(counts.free).arg(counts.busy).arg(counts.off));
    recommend_stack_->setCurrentIndex(stale ? 1 : 0);
    recommend_.title->setKeys(stale ? QStringList{} : QStringList{QStringLiteral("F5")});
    recommend_.title->setName(stale ? tr("Emergency dispatch") : tr("Recommended units"));
    if (stale) {
        recommend_.title->setNote(tr("last known %1 · lost for %2")
                                      .arg(qs(clock_text(desk_.shownUs())),
                                           qs(elapsed_text(desk_.localUs() - state.lost_since_us()))));
        recommend_.title->setRight({});
    } else if (incident != nullptr && shown != nullptr) {
        const std::int64_t age_ms = (desk_.shownUs() - shown->computed_us()) / 1'000;
        QString note = tr("%1 at %2").arg(qs(incident->number()), qs(clock_text(shown->computed_us())));
        if (desk_.selectedUnit() == nullptr && freshness(age_ms, kRecommendationAge) != Freshness::fresh) {
            note += QStringLiteral(" · ") + tr("%1 old, F5").arg(qs(age_text(age_ms * 1'000)));
        }
        recommend_.title->setNote(note);
        recommend_.title->setRight(tr("▍15 min line"));
    } else {
        recommend_.title->setNote({});
    }
    worklist_.title->setNote(QString::number(count_running(state)));
    refreshEcgTitle();
    giveRoomToEcg();
    refreshAction();
    tellEdited();
}

} // namespace ems::console
