// The call form: what the caller says, field by field. What is typed is stored on this machine at the latest half a second
// later, so a crash loses next to nothing; the server gets the whole with one key. It takes the focus only when a person asks for it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "console/map_paint/map_camera.h"
#include "console/widgets/call_drafts.h"
#include "console/widgets/caller_list.h"
#include "console/widgets/controls.h"
#include "console/widgets/desk.h"
#include "console/widgets/place_list.h"

#include <QTimer>
#include <QWidget>

namespace ems::console {

class IdentityShown;

// Where the caller may be when nothing else is known: the middle of the map on the screen.
using LookingAt = std::function<GeoPoint()>;

// Place source of a call of which no place is known: what stands there is the centre's own.
inline constexpr const char* kNoPlace = "none";

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
    // F2: an empty form with the focus in its first field. An unfinished one is put aside, one that is being sent too. Esc in
    // the empty form undoes it.
    void startCall();
    // The same with these words as its complaint, as far as they have room there: a case that stood on paper.
    void startCallOf(const QString& complaint);
    // Shift+F2: the form put aside longest; an unfinished one takes its place.
    void takeBackCall();
    // Sends it; says why not.
    void submit();
    // A call that no case comes of: nuisance, silent, wrong number. The centre keeps it with the reason.
    void dropCall(const QString& reason);
    // A new call stands here, if only its answer time.
    [[nodiscard]] bool holdsNewCall() const;
    // What is being written of an open case goes to the centre now.
    void leaveFields();
    // Ctrl+J: earlier calls of the number, to take a place from.
    void openCallers();
    void verifyAddress();
    void setPlace(double lat, double lon);
    // What it says last to the person at it.
    [[nodiscard]] const QString& message() const { return message_; }
    // The open case that is shown; 0: a new call.
    [[nodiscard]] std::int64_t shownCase() const { return mode_ == Mode::existing ? incident_id_ : 0; }
    // The open case that a person has under his hands here: he stands in a field of it, or the centre has not got all he wrote;
    // 0: none.
    [[nodiscard]] std::int64_t editedCase() const;
    // Ctrl+I: asks the centre, which keeps the reason, who called and who the patient is; shown for a minute, as long as this case
    // stands here.
    void revealIdentity(const QString& reason);
    void maskIdentity();
    // The centre answers it of the case that is shown: of one that runs, and of a second call as long as the case does that it was
    // merged into.
    [[nodiscard]] bool mayReveal() const;
    [[nodiscard]] bool showsIdentity() const;

  signals:
    void noteChanged(QString name, QString note);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void buildFields();
    void connectDesk();
    [[nodiscard]] QStringList stampLines(const api::Incident& incident) const;
    enum class Mode { fresh, existing };
    void fieldLeft();
    void showIncident();
    void refreshSend();
    void sendChanges();
    enum class Fields { left, all };
    // What is written and the centre does not have; left: without the field that is being written in.
    [[nodiscard]] api::UpdateIncident changes(Fields fields) const;
    void addCorrections(api::UpdateIncident& update, Fields fields) const;
    void showPatient(const api::Incident& incident);
    void layCorrections(const CaseEdit& edit);
    void rebasePatient(const api::Incident& incident, const api::UpdateIncident& his);
    [[nodiscard]] static QString patientText(const api::Incident& incident);
    void keepWrittenSince(const api::NewCall& call);
    void takeTaken(const api::UpdateIncident& taken);
    [[nodiscard]] bool hasUnsent() const;
    void keepEdit();
    [[nodiscard]] bool isOver(const CaseEdit& edit) const;
    [[nodiscard]] bool waitsInVain(const CaseEdit& edit) const;
    void dropEndedIdentity();
    void sayIdentityDropped(std::int64_t incident_id);
    void leaveCase();
    void layEdit(const api::Incident& incident);
    void sendKept();
    void takeRefusal(std::int64_t incident_id);
    [[nodiscard]] static api::Place placeAt(GeoPoint point);
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
    void followChosen();
    [[nodiscard]] GeoPoint searchCentre() const;
    void setMessage(const QString& text);
    void storeDraft();
    void loadDraft();
    [[nodiscard]] QJsonObject written() const;
    void write(const QJsonObject& form);
    void clearForm();
    bool putAside();
    void leaveEmptyCall();
    void endCall();
    [[nodiscard]] api::NewCall callOfForm() const;
    void completeDropped(api::NewCall& call) const;
    void takeCreated(std::int64_t id, const QString& number);
    void takeCreatedAside(const std::string& key, std::int64_t id, const QString& number);
    void takeDropped(const QString& number);
    void takeCallRefused();
    void takeCallUnanswered();
    Stored storeAll();
    void askCallers();
    void takeCallers(const api::ServerFrame& answer);
    void takeCaller(const api::Incident& incident);
    void forgetCaller();
    void showCallerHint();
    [[nodiscard]] bool isUnfinished() const { return mode_ == Mode::fresh && !isEmpty(); }
    void showNote();
    void followOthers();
    void showPlace();
    void connectIdentity();
    void takeIdentity(const api::ServerFrame& answer);
    void followIdentity();
    [[nodiscard]] static QString askedWords();
    void placeIdentity();
    [[nodiscard]] static int fieldsBottom();
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] bool isEmptyCall() const;
    [[nodiscard]] bool hasNoWord() const;
    [[nodiscard]] bool anyFieldFocused() const;

    Desk& desk_;
    CallDrafts drafts_;
    const PlaceSearch* search_{nullptr};
    LookingAt looking_at_;
    PlaceList* places_;
    std::optional<GeoPoint> chosen_point_; // of the place taken, before the way that is said behind it
    QString chosen_address_; // as a candidate wrote it; empty: none was taken
    bool chosen_is_area_{false}; // a city or a township: a village in it may follow
    Mode mode_{Mode::fresh};
    std::int64_t incident_id_{0};
    std::int64_t answered_us_{0};
    api::ClientFrame unanswered_; // the call and its key as it was sent; empty: not sent, or refused
    api::Incident shown_;           // as the fields show it: an edit is a difference from this, under its version
    std::uint64_t sent_version_{0}; // a change under this version is under way; 0: none
    std::set<std::int64_t> held_; // cases whose change goes only when a person sends it: refused, or of before a crash
    std::int64_t retry_us_{0}; // not before, where no answer came; monotonic
    std::map<std::int64_t, std::uint64_t> going_; // cases not shown, and the version under which their change was sent on this link
    std::string under_way_key_;   // of the call that has no answer yet; its form may be put aside
    bool put_aside_for_this_{false}; // the newest put aside stood here before this call
    QString drop_reason_;         // empty: it becomes a case
    CallerList* callers_;
    std::string callers_of_;      // the number that was asked for
    std::uint64_t callers_asked_{0};
    bool callers_wanted_{false};  // a person waits for them
    IdentityShown* identity_{nullptr};
    std::int64_t identity_of_{0};      // the case that was asked for
    std::uint64_t identity_asked_{0};  // the question that is open; 0: none
    QString joins_;               // number of the open case of this caller whose place was taken over
    std::optional<GeoPoint> place_;
    std::string place_source_;
    QString stored_at_;
    QString others_; // who else has this case open, and what follows; empty: nobody
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
