// The call form: what the caller says, field by field. What is typed is stored on this machine at the latest half a second
// later, so a crash loses next to nothing; the server gets the whole with one key. It takes the focus only when a person asks for it.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "console/map_paint/map_camera.h"
#include "console/widgets/call_drafts.h"
#include "console/widgets/controls.h"
#include "console/widgets/desk.h"
#include "console/widgets/place_list.h"

#include <QTimer>
#include <QWidget>

namespace ems::console {

// Where the caller may be when nothing else is known: the middle of the map on the screen.
using LookingAt = std::function<GeoPoint()>;

class CallForm : public QWidget {
    Q_OBJECT
  public:
    // `draft_path` empty: drafts are not stored.
    CallForm(Desk& desk, QString draft_path, QWidget* parent = nullptr);
    // Something stands here that the centre has not got: a call, one put aside, a change.
    [[nodiscard]] bool holdsUnsent() const;
    // What was typed a moment ago is stored without waiting for the pause in typing.
    void storeNow();

    // Where addresses are looked up; must outlive the form. Without one F3 finds nothing.
    void setPlaceSearch(const PlaceSearch* search, LookingAt looking_at);
    // F2: an empty form with the focus in its first field. An unfinished one is put aside.
    void startCall();
    // Shift+F2: the form put aside longest; an unfinished one takes its place.
    void takeBackCall();
    // Sends it; says why not.
    void submit();
    void verifyAddress();
    void setPlace(double lat, double lon);
    // The open case that is shown; 0: a new call.
    [[nodiscard]] std::int64_t shownCase() const { return mode_ == Mode::existing ? incident_id_ : 0; }

  signals:
    void noteChanged(QString name, QString note);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    [[nodiscard]] QStringList stampLines(const api::Incident& incident) const;
    enum class Mode { fresh, existing };
    void fieldLeft();
    void showIncident();
    void refreshSend();
    void sendChanges();
    enum class Fields { left, all };
    // What is written and the centre does not have; left: without the field that is being written in.
    [[nodiscard]] api::UpdateIncident changes(Fields fields) const;
    [[nodiscard]] bool hasUnsent() const;
    void keepEdit();
    void layEdit(const api::Incident& incident);
    void sendKept();
    void takeRefusal(std::int64_t incident_id);
    [[nodiscard]] api::Place writtenPlace() const;
    [[nodiscard]] bool placeDiffers(const api::Place& from) const;
    // Takes over what another change made of the incident, unless it is what the person here is changing too.
    void rebase(const api::Incident& incident);
    void findPlace();
    void suggest(const QString& text);
    void takePlace(const PlaceCandidate& candidate);
    // The place whose name a person chose stands at the beginning of the address, and nothing finer behind it.
    [[nodiscard]] bool isChosenPlace() const;
    [[nodiscard]] std::optional<PlaceCandidate> finerPlace() const;
    [[nodiscard]] std::optional<PlaceCandidate> namedPlace() const;
    [[nodiscard]] GeoPoint searchCentre() const;
    void setMessage(const QString& text);
    void storeDraft();
    void loadDraft();
    [[nodiscard]] QJsonObject written() const;
    void write(const QJsonObject& form);
    void clearForm();
    bool putAside();
    [[nodiscard]] api::NewCall callOfForm() const;
    void takeCreated(std::int64_t id, const QString& number);
    [[nodiscard]] bool isUnfinished() const { return mode_ == Mode::fresh && !isEmpty(); }
    void showNote();
    void showPlace();
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] bool anyFieldFocused() const;

    Desk& desk_;
    CallDrafts drafts_;
    const PlaceSearch* search_{nullptr};
    LookingAt looking_at_;
    PlaceList* places_;
    QString chosen_address_; // as a candidate wrote it; empty: none was taken
    bool chosen_is_area_{false}; // a city or a township: a village in it may follow
    Mode mode_{Mode::fresh};
    std::int64_t incident_id_{0};
    std::int64_t answered_us_{0};
    api::ClientFrame unanswered_; // the call and its key as it was sent; empty: not sent, or refused
    api::Incident shown_;           // as the fields show it: an edit is a difference from this, under its version
    std::uint64_t sent_version_{0}; // a change under this version is under way; 0: none
    std::set<std::int64_t> held_; // cases whose change goes only when a person sends it: refused, or of before a crash
    std::int64_t retry_us_{0}; // not before, where no answer came; by this machine's clock
    std::set<std::int64_t> going_; // cases not shown whose change was sent on this link
    std::optional<GeoPoint> place_;
    std::string place_source_;
    QString stored_at_;
    QString message_;
    TextField* phone_;
    TextField* name_;
    TextField* address_;
    TextField* place_text_;
    SegmentField* sex_;
    TextField* age_;
    TextField* complaint_;
    SegmentField* level_;
    KeyButton* send_;
    KeyButton* verify_;
    QTimer typed_; // runs from the first key that is not stored
};

} // namespace ems::console
