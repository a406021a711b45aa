#include "console/window/replay_window.h"

#include "console/model/rows.h"
#include "console/model/video_slots.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/panel.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/replay_bar.h"
#include "console/widgets/tall_area.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kFrame = 12;
constexpr int kBar = 44;
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::size_t kTilesShown = 3;
constexpr QSize kMapLeast{236, 200};

template <class Layout> Layout* plain(Layout* layout, int spacing) {
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

} // namespace

ReplayWindow::ReplayWindow(Desk& live, const Clock& clock, const map::Scene* scene, ReplayMedia media,
                           const api::Incident& incident, QWidget* parent)
    : QWidget(parent, Qt::Window), live_(live), clock_(clock), scene_(scene), media_(std::move(media)), incident_(incident),
      loader_(live, incident) {
    setObjectName(QStringLiteral("replayWindow"));
    setWindowTitle(tr("Replay %1").arg(qs(incident_.number())));
    setAccessibleName(windowTitle());
    setFocusPolicy(Qt::StrongFocus);
    resize(1920, 1080);
    connect(&loader_, &ReplayLoader::ready, this, &ReplayWindow::build);
    connect(&loader_, &ReplayLoader::failed, this, [this](const QString& why) {
        problem_ = why;
        update();
    });
    connect(&live_, &Desk::ticked, this, qOverload<>(&QWidget::update));
    connect(&live_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    loader_.start();
}

ReplayWindow::~ReplayWindow() {
    speech_.reset();
    delete body_;
    if (media_.speech != nullptr) {
        media_.speech->stop();
    }
}

void ReplayWindow::build() {
    player_ = std::make_unique<ReplayPlayer>(loader_, live_, clock_, live_.theme());
    speech_ = std::make_unique<SpeechFollower>(*player_, media_.speech);
    body_ = new QWidget(this);
    auto* whole = plain(new QVBoxLayout(body_), metrics::kGap);
    auto* row = plain(new QHBoxLayout, metrics::kGap);
    Desk& past = player_->desk();
    past.setRulers(live_.rulers());
    auto* views = plain(new QVBoxLayout, metrics::kGap);
    auto* upper = plain(new QHBoxLayout, metrics::kGap);
    auto* left = plain(new QVBoxLayout, 0);
    auto* title = new PanelTitle(past, tr("Map"), FedBy::server);
    title->setNote(tr("of other units the position alone"));
    map_ = new MapView(past);
    map_->setScene(scene_);
    map_->setMinimumSize(kMapLeast);
    left->addWidget(title);
    left->addWidget(map_, 1);
    upper->addLayout(left, 5);
    upper->addWidget(makeMiddle(), 8);
    views->addLayout(upper, 1);
    auto* stages = plain(new QVBoxLayout, 0);
    auto* stages_view = new TimelineView(past);
    stages_view->setMaximumHeight(120);
    stages->addWidget(new PanelTitle(past, tr("Incident timeline"), FedBy::server));
    stages->addWidget(stages_view);
    views->addLayout(stages, 0);
    row->addLayout(views, 11);
    row->addWidget(makeRight(), 3);
    whole->addLayout(row, 1);
    bar_ = new ReplayBar(*player_);
    whole->addWidget(bar_);
    auto* around = new QVBoxLayout(this);
    around->setContentsMargins(kFrame, kFrame + kBar, kFrame, kFrame);
    around->addWidget(body_);
    body_->show();
    watchKeys(this);
    connect(player_.get(), &ReplayPlayer::moved, this, [this] { update(0, 0, width(), contentsRect().top() + kFrame + kBar); });
    player_->seek(loader_.past()->from_us());
    connect(&past, &Desk::stateChanged, map_, [this, &past, shown = false]() mutable {
        if (!shown && past.state().incident(incident_.id()) != nullptr) {
            shown = true;
            map_->showSelected();
        }
    });
    entries_->setFocus(Qt::OtherFocusReason);
}

QWidget* ReplayWindow::makeMiddle() {
    Desk& past = player_->desk();
    auto* box = new QWidget;
    auto* layout = plain(new QVBoxLayout(box), metrics::kGap);
    auto* patient = new PatientBar(past);
    patient->setFixedHeight(64);
    layout->addWidget(patient);
    auto* numerics = new NumericsView(past);
    numerics->setFixedHeight(metrics::kNumericHeight);
    layout->addWidget(numerics);
    auto* tall = new QWidget;
    auto* column = plain(new QVBoxLayout(tall), metrics::kGap);
    auto* ecg_box = new QWidget;
    auto* ecg = plain(new QVBoxLayout(ecg_box), 0);
    auto* title = new PanelTitle(past, tr("12 leads, recorded"), FedBy::server);
    title->setNote(tr("25 mm/s of recorded time at ×1"));
    sweep_ = new EcgSweep(past);
    ecg->addWidget(title);
    ecg->addWidget(sweep_, 1);
    column->addWidget(ecg_box, 1);
    auto* trends = new TrendsView(past);
    trends->setFixedHeight(150);
    column->addWidget(trends);
    layout->addWidget(new TallArea(tall, ecg_box), 1);
    return box;
}

QWidget* ReplayWindow::makeRight() {
    Desk& past = player_->desk();
    auto* box = new QWidget;
    auto* layout = plain(new QVBoxLayout(box), metrics::kGap);
    layout->addWidget(new PanelTitle(past, tr("Recorded video"), FedBy::server));
    for (const api::ReplayPart& part : player_->past().parts()) {
        for (const std::string& camera : player_->past().cameras(part.unit_id())) {
            const bool known = std::any_of(tiles_.begin(), tiles_.end(), [&](const RecordedTile* t) {
                return t->unitId() == part.unit_id() && t->camera() == camera;
            });
            if (tiles_.size() < kTilesShown && !known) {
                tiles_.push_back(new RecordedTile(*player_, part.unit_id(), camera,
                                                  media_.pictures ? media_.pictures() : nullptr));
                layout->addWidget(tiles_.back(), 2);
            }
        }
    }
    if (tiles_.empty()) {
        const std::int64_t unit = player_->past().parts().empty() ? 0 : player_->past().parts().front().unit_id();
        tiles_.push_back(new RecordedTile(*player_, unit, kCabinCamera, nullptr));
        layout->addWidget(tiles_.back(), 2);
    }
    auto* title = new PanelTitle(past, tr("What happened"), FedBy::server);
    title->setKeys({tr("PgUp"), tr("PgDn")});
    layout->addWidget(title);
    entries_ = new ReplayEntries(*player_);
    layout->addWidget(entries_, 3);
    return box;
}

// Views of the present have keys of their own, that begin orders or move the map: none of them is heard here.
void ReplayWindow::watchKeys(QWidget* widget) {
    for (QWidget* child : widget->findChildren<QWidget*>()) {
        child->installEventFilter(this);
    }
}

bool ReplayWindow::takeKey(const QKeyEvent& key) {
    if (key.key() == Qt::Key_Escape) {
        emit left();
        return true;
    }
    if (player_ == nullptr) {
        return true;
    }
    const std::int64_t step_us = (key.modifiers() & Qt::ShiftModifier) != 0 ? kSecondUs : 10 * kSecondUs;
    switch (key.key()) {
    case Qt::Key_Space:
        player_->toggle();
        return true;
    case Qt::Key_Left:
        player_->seek(player_->atUs() - step_us);
        return true;
    case Qt::Key_Right:
        player_->seek(player_->atUs() + step_us);
        return true;
    case Qt::Key_Home: // alone it is the map's, as printed there
        if ((key.modifiers() & Qt::ControlModifier) != 0) {
            player_->seek(player_->past().from_us());
        } else {
            map_->showAll();
        }
        return true;
    case Qt::Key_End:
        player_->seek(player_->past().to_us());
        return true;
    case Qt::Key_PageUp:
        player_->seekEntry(-1);
        return true;
    case Qt::Key_PageDown:
        player_->seekEntry(1);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        player_->setSpeed(faster(player_->speed()));
        return true;
    case Qt::Key_Minus:
        player_->setSpeed(slower(player_->speed()));
        return true;
    default:
        return false;
    }
}

bool ReplayWindow::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept(); // then the desk's shortcuts are not looked up: F4 is nobody's here
        return true;
    }
    return QWidget::event(event);
}

bool ReplayWindow::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::KeyPress) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (takeKey(key)) {
            return true;
        }
        const bool of_list = watched == entries_ && (key.key() == Qt::Key_Up || key.key() == Qt::Key_Down ||
                                                     key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter);
        return !of_list;
    }
    return QWidget::eventFilter(watched, event);
}

void ReplayWindow::keyPressEvent(QKeyEvent* event) {
    takeKey(*event);
    event->accept();
}

QRect ReplayWindow::backBox() const {
    const int room = text_width(tr("back to the present"), metrics::kBodyPx, Weight::bold) + 70;
    const QRect inner = contentsRect(); // of a drill there is a frame around it
    return {inner.right() + 1 - kFrame - 6 - room, inner.top() + kFrame / 2 + 6, room, 34};
}

void ReplayWindow::mousePressEvent(QMouseEvent* event) {
    if (backBox().contains(event->position().toPoint())) {
        emit left();
    }
}

void ReplayWindow::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = live_.theme();
    p.fillRect(rect(), theme.color(Token::rp));
    const QRect inner = contentsRect();
    p.fillRect(inner.adjusted(kFrame, kFrame + kBar, -kFrame, -kFrame), theme.color(Token::bg_window));
    const QColor ink = theme.color(Token::rp_ink);
    const double head = inner.top() + kFrame / 2.0;
    double x = inner.left() + kFrame + 8;
    const auto text = [&](const QString& words, int px, Weight weight) {
        const int w = text_width(words, px, weight) + 4;
        paint_text(p, {x, head, static_cast<double>(w), kBar + kFrame / 2.0}, Qt::AlignVCenter, words, px, weight, ink,
                   Elide::none);
        x += w + 18;
    };
    text(tr("REPLAY"), 24, Weight::bold);
    // the present goes on behind this window
    const auto rows = queue_rows(live_.state(), live_.shownUs());
    const auto waiting = std::count_if(rows.begin(), rows.end(), [](const QueueRow& r) { return r.group == QueueGroup::waiting; });
    const auto& alarms = live_.state().alarms().entries();
    const auto open = std::count_if(alarms.begin(), alarms.end(), [](const AlarmEntry& a) { return a.acknowledged_us == 0 && !AlarmList::is_off(a); });
    const QString now = tr("now %1 %2 · waiting %3 · alarms %4")
                            .arg(qs(date_text(live_.shownUs())), qs(clock_text(live_.shownUs())))
                            .arg(waiting)
                            .arg(open);
    const QString back = tr("back to the present");
    const QRectF frame{backBox()};
    p.setPen(QPen{ink, 1});
    p.setBrush(Qt::NoBrush);
    p.drawRoundedRect(frame, 3, 3);
    paint_text(p, frame.adjusted(10, 0, -40, 0), Qt::AlignVCenter, back, metrics::kBodyPx, Weight::bold, ink);
    paint_key(p, {static_cast<int>(frame.right()) - 8, static_cast<int>(frame.center().y())}, QStringLiteral("Esc"), ink);
    const QString warning = tr("not the present · no orders can be given");
    const QString whose = qs(incident_.number()) + QStringLiteral("　") + qs(incident_.complaint()) + QStringLiteral("　") +
                          tr("recorded %1").arg(qs(date_text(incident_.created_us()))) + QStringLiteral("　") +
                          tr("replayed by %1").arg(qs(live_.state().login().display_name()));
    const double now_width = text_width(now, metrics::kBodyPx) + 4;
    const double room = frame.left() - 16 - x;
    const double one_row = text_width(warning, 16, Weight::bold) + 22 + text_width(whose, metrics::kBodyPx) + 22 + now_width;
    const double high = kBar + kFrame / 2.0;
    if (one_row <= room) {
        text(warning, 16, Weight::bold);
        text(whose, metrics::kBodyPx, Weight::normal);
        paint_text(p, {frame.left() - now_width - 16, head, now_width, high}, Qt::AlignVCenter, now, metrics::kBodyPx,
                   Weight::normal, ink, Elide::none);
    } else { // two rows: what must not be overlooked above, with the present beside it
        const double half = high / 2;
        paint_text(p, {x, head, room, half}, Qt::AlignVCenter, warning, metrics::kBodyPx, Weight::bold, ink);
        paint_text(p, {x, head + half, room, half}, Qt::AlignVCenter, whose, metrics::kDensePx, Weight::normal, ink);
        const double left = text_width(warning, metrics::kBodyPx, Weight::bold) + 22;
        paint_text(p, {x + left, head, room - left, half}, Qt::AlignVCenter | Qt::AlignRight, now, metrics::kDensePx,
                   Weight::normal, ink);
    }
    if (player_ == nullptr) {
        const QString words = problem_.isEmpty() ? tr("The case is being fetched")
                                                 : tr("The case cannot be shown: %1").arg(problem_);
        paint_text(p, QRectF{rect()}, Qt::AlignCenter, words, 18, Weight::bold, theme.color(Token::text_1));
    }
}

} // namespace ems::console
