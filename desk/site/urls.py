"""All addresses."""

from __future__ import annotations

from allauth.account import views as accounts
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as others
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from clausewise.desk.pages import (
    applications,
    audit,
    checking,
    evidence,
    export,
    interview,
    letters,
    policies,
    statistics,
    tasks,
    text,
)
from clausewise.desk.pages.accounts import mail, organisation, people, signing_in
from clausewise.desk.pages.programs import applying, tokens
from clausewise.desk.pages.reviewing import asking, decisions, judgements, leading, queue, reviews
from clausewise.desk.site.headers import with_scripts

urlpatterns = [
    path("", applications.home, name="home"),
    # to sign in
    path("sign-in/", accounts.login, name="account_login"),
    path("sign-out/", accounts.logout, name="account_logout"),
    path("register/", accounts.signup, name="account_signup"),
    path(
        "register/sent/", accounts.email_verification_sent, name="account_email_verification_sent"
    ),
    path("register/confirm/<str:key>/", accounts.confirm_email, name="account_confirm_email"),
    path("sign-in/barred/", accounts.account_inactive, name="account_inactive"),
    path("sign-in/again/", accounts.reauthenticate, name="account_reauthenticate"),
    path("sign-in/not/", others.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/by/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("sign-in/by/<slug:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
    path("password/", signing_in.password, name="account_change_password"),
    path("password/forgotten/", accounts.password_reset, name="account_reset_password"),
    path("password/sent/", accounts.password_reset_done, name="account_reset_password_done"),
    path(
        "password/new/<str:uidb36>/<str:key>/",
        accounts.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/chosen/",
        accounts.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", factors.index, name="mfa_index"),
    path("second-factor/sign-in/", with_scripts(factors.authenticate), name="mfa_authenticate"),
    path("second-factor/again/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", apps.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", apps.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/keys/add/", with_scripts(keys.add_webauthn), name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path(
        "second-factor/again/key/",
        with_scripts(keys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factor/codes/file/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/<int:key>/", organisation.take_out, name="take_out"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:key>/", tokens.take_out, name="take_out_token"),
    # to apply by program
    path("api/applications/", applying.save, name="api_save"),
    path("api/applications/<int:key>/", applying.state, name="api_state"),
    path("api/applications/<int:key>/evidence/", applying.send_file, name="api_send_file"),
    path("api/applications/<int:key>/submit/", applying.submit, name="api_submit"),
    # to apply
    path("applications/", applications.applications, name="applications"),
    path("applications/new/<slug:form>/", applications.begin, name="begin"),
    path("applications/<int:key>/", applications.application, name="application"),
    path("applications/<int:key>/next/", interview.following, name="following"),
    path("applications/<int:key>/add/<slug:type_>/", interview.add, name="add"),
    path("applications/<int:key>/remove/<slug:entity>/", interview.remove, name="remove"),
    path("applications/<int:key>/bring-back/", interview.bring_back, name="bring_back"),
    path("applications/<int:key>/parts/<slug:entity>/", checking.entity, name="entity"),
    path("applications/<int:key>/questions/<str:fact>/", interview.question, name="question"),
    path("applications/<int:key>/evidence/", evidence.overview, name="evidence"),
    path("applications/<int:key>/evidence/<int:file>/", evidence.own_file, name="own_file"),
    path("applications/<int:key>/check/", checking.check, name="check"),
    path("applications/<int:key>/text/", text.text, name="text"),
    path("applications/<int:key>/design/", text.download, name="download"),
    path("applications/<int:key>/withdraw/", applications.withdraw, name="withdraw"),
    path("applications/<int:key>/fulfil/", decisions.fulfil, name="fulfil"),
    path("applications/<int:key>/again/", decisions.again, name="again"),
    path("applications/<int:key>/appeal/", decisions.appeal, name="appeal"),
    # to review
    path("queue/", queue.queue, name="queue"),
    path("queue/views/", queue.save_view, name="save_view"),
    path("queue/views/<int:view>/", queue.forget_view, name="forget_view"),
    path("queue/dossier.css", login_not_required(reviews.dossier_style), name="dossier_style"),
    path("queue/<int:key>/", reviews.dossier, name="dossier"),
    path("queue/<int:key>/versions/<int:number>/", reviews.seen_version, name="seen_version"),
    path("queue/<int:key>/evidence/<int:file>/", evidence.seen_file, name="seen_file"),
    path("queue/<int:key>/export.zip", export.export, name="export"),
    path("queue/<int:key>/claim/", reviews.claim, name="claim"),
    path("queue/<int:key>/assign/", leading.assign, name="assign"),
    path("queue/<int:key>/release/", reviews.release, name="release"),
    path("queue/<int:key>/conflict/", reviews.recuse, name="recuse"),
    path("queue/<int:key>/give-back/", reviews.give_back, name="give_back"),
    path("queue/<int:key>/ask/", asking.answers, name="ask_which"),
    path("queue/<int:key>/ask/<str:fact>/", asking.ask, name="ask"),
    path("queue/<int:key>/take-back/<int:question>/", asking.take_back, name="take_back"),
    path("queue/<int:key>/judge/<str:fact>/", judgements.judge, name="judge"),
    path("queue/<int:key>/decide/", decisions.decide, name="decide"),
    path("queue/<int:key>/second/", decisions.second, name="second"),
    path("queue/<int:key>/revoke/", decisions.revoke, name="revoke"),
    path("queue/<int:key>/reopen/", reviews.reopen, name="reopen"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/judge-again/", tasks.judge_again, name="judge_again"),
    path("tasks/inform/", leading.inform, name="inform"),
    path("tasks/<int:task>/", tasks.close, name="close_task"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/work-out/", statistics.work_out, name="work_out"),
    # what was decided
    path("letters/<int:key>/", letters.letter, name="letter"),
    path("letters/<int:key>/letter.pdf", letters.letter_pdf, name="letter_pdf"),
    path("letters/<int:key>/package.zip", letters.package, name="package"),
    path("key/", login_not_required(letters.public_key), name="public_key"),
    path("key/<slug:of>/", login_not_required(letters.public_key), name="key_of"),
    # to administer
    path("people/", people.people, name="people"),
    path("people/<int:key>/", people.one, name="person"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:form>/", policies.pin_form, name="pin_form"),
    path("mail/", mail.choices, name="mail"),
    path("audit/", audit.trail, name="audit"),
    path("audit/verify/", audit.verify, name="verify_audit"),
    path("audit/heads.zip", audit.heads, name="heads"),
]
handler403 = "clausewise.desk.pages.mistakes.forbidden"
handler404 = "clausewise.desk.pages.mistakes.missing"
handler500 = "clausewise.desk.pages.mistakes.failed"
