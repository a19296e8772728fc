# The fourteen clauses in Rego with three values: each rule for what is certainly so, and, where that fails, for what is
# possibly so (`_p`). What is cheap and seldom true is asked first; a field that is not there reads as what leaves it open.
# The register machine of regorus is wrong about `not` before a bare reference, about `:=` of what is not there and about
# `every` in functions, and OPA about `not` before a call of what is not there: none of them is used.
package bench

import rego.v1

answer := {"violated": violated, "open": open}

# who acts for whom; `loose` are those of whom it is not said

links := {name: object.get(actor, "acts-for", []) | some name, actor in input.actor}

loose contains name if {
	some name, actor in input.actor
	object.get(actor, "acts-for", "") == ""
}

starts(use) := {actor | actor := use.by} | {actor | some actor in use["results-to"]}

# whether a reference to an actor may name one that is not listed

others if count(loose) > 0

others if {
	some use in input.use
	object.get(use, "by", "") == ""
}

others if {
	some use in input.use
	object.get(use, "results-to", "") == ""
}

# definitions

suspicious := {"access-control", "find-suspects", "watchlist-alert"}

recognises(use) if {
	some operation in use.operation
	data.below.recognise[operation]
}

recognises(use) if {
	some purpose in use.purpose
	purpose in suspicious
}

recognises_p(use) if {
	some operation in object.get(use, "operation", ["recognise"])
	data.below.recognise[operation]
}

recognises_p(use) if {
	some purpose in object.get(use, "purpose", ["find-suspects"])
	purpose in suspicious
}

# those who certainly consent, and those who possibly do

consenting contains name if {
	some name, people in input.people
	people.consent == "explicit"
	people.youngest >= 18
	people.alternative
	"awareness" in people.quality
	"control" in people.quality
}

consenting contains name if {
	some name, people in input.people
	people.consent == "by-guardian"
	people.oldest < 18
	people.alternative
	"awareness" in people.quality
	"control" in people.quality
}

willing contains name if {
	some name, people in input.people
	object.get(people, "consent", "explicit") == "explicit"
	object.get(people, "youngest", 18) >= 18
	not people.alternative == false
	"awareness" in object.get(people, "quality", ["awareness"])
	"control" in object.get(people, "quality", ["control"])
}

willing contains name if {
	some name, people in input.people
	object.get(people, "consent", "by-guardian") == "by-guardian"
	object.get(people, "oldest", 17) < 18
	not people.alternative == false
	"awareness" in object.get(people, "quality", ["awareness"])
	"control" in object.get(people, "quality", ["control"])
}

# clause against-law
violated contains "against-law" if against_law

open contains "against-law" if {
	not against_law
	against_law_p
}

against_law if input.law.unlawful

against_law_p if object.get(input.law, "unlawful", true)

# clause against-code
violated contains "against-code" if against_code

open contains "against-code" if {
	not against_code
	against_code_p
}

against_code if against_law

against_code if beyond_registration

against_code if machine_decides

against_code if without_consent

against_code if us_police

against_code_p if against_law_p

against_code_p if beyond_registration_p

against_code_p if machine_decides_p

against_code_p if without_consent_p

against_code_p if us_police_p

# clause beyond-registration
violated contains "beyond-registration" if beyond_registration

open contains "beyond-registration" if {
	not beyond_registration
	beyond_registration_p
}

beyond_registration if {
	approved := data.below["approved-use"]
	some use in input.use
	some purpose in use.purpose
	not approved[purpose]
	beyond_registration_gated(use)
}

beyond_registration if {
	some use in input.use
	some purpose in use.purpose
	not purpose in object.get(input.registration, "use-cases", [purpose])
	beyond_registration_gated(use)
}

beyond_registration if {
	many := data.below["one-to-many"]
	some use in input.use
	"identity-verification" in use.purpose
	some operation in use.operation
	many[operation]
	beyond_registration_gated(use)
}

beyond_registration_p if {
	registered := object.get(input.registration, "use-cases", [])
	some use in input.use
	some purpose in object.get(use, "purpose", [""])
	not purpose in registered
	beyond_registration_gated_p(use)
}

beyond_registration_p if {
	approved := data.below["approved-use"]
	some use in input.use
	some purpose in use.purpose
	not approved[purpose]
	beyond_registration_gated_p(use)
}

beyond_registration_p if {
	many := data.below["one-to-many"]
	some use in input.use
	"identity-verification" in use.purpose
	some operation in object.get(use, "operation", ["one-to-many"])
	many[operation]
	beyond_registration_gated_p(use)
}

beyond_registration_gated(use) if recognises(use)

beyond_registration_gated(use) if "enrol" in use.operation

beyond_registration_gated(use) if "liveness" in use.operation

beyond_registration_gated_p(use) if recognises_p(use)

beyond_registration_gated_p(use) if "enrol" in use.operation

beyond_registration_gated_p(use) if "liveness" in use.operation

# clause exploits-young
violated contains "exploits-young" if exploits_young

open contains "exploits-young" if {
	not exploits_young
	exploits_young_p
}

exploits_young if {
	some name, people in input.people
	people.exploitable
	people.youngest < object.get(data.adult_age, people.place, data.adult_age_otherwise)
	some use in input.use
	name in use.people
}

exploits_young if {
	input.law.unlawful
	some name, people in input.people
	people.youngest < object.get(data.adult_age, people.place, data.adult_age_otherwise)
	some use in input.use
	name in use.people
}

exploits_young_p if {
	some use in input.use
	object.get(use, "people", "") == ""
}

exploits_young_p if {
	some name, people in input.people
	object.get(people, "exploitable", true)
	not name in exploits_young_adult
	some use in input.use
	name in use.people
}

exploits_young_p if {
	object.get(input.law, "unlawful", true)
	some name, people in input.people
	not name in exploits_young_adult
	some use in input.use
	name in use.people
}

exploits_young_adult contains name if {
	some name, people in input.people
	people.youngest >= object.get(data.adult_age, people.place, data.adult_age_otherwise)
}

# clause machine-decides
violated contains "machine-decides" if machine_decides

open contains "machine-decides" if {
	not machine_decides
	machine_decides_p
}

machine_decides if {
	some use in input.use
	use.consequences != []
	use.decision != "person-decides"
}

machine_decides_p if {
	some use in input.use
	not use.consequences == []
	not use.decision == "person-decides"
}

# clause sensitive-inference
violated contains "sensitive-inference" if sensitive_inference

open contains "sensitive-inference" if {
	not sensitive_inference
	sensitive_inference_p
}

sensitive_inference if {
	sensitive := data.below["sensitive-trait"]
	some use in input.use
	some trait in use.infers
	sensitive[trait]
	some name in use.people
	input.people[name].consent != "explicit"
	some actor in graph.reachable(links, starts(use))
	actor in sensitive_inference_barred
}

sensitive_inference_p if {
	sensitive := data.below["sensitive-trait"]
	some use in input.use
	some trait in object.get(use, "infers", ["sensitive-trait"])
	sensitive[trait]
	some name in object.get(use, "people", [""])
	not input.people[name].consent == "explicit"
	sensitive_inference_unlawful_p(use)
}

sensitive_inference_barred contains name if {
	some name, actor in input.actor
	actor["lawful-basis"] == false
}

sensitive_inference_barred contains name if {
	some name, actor in input.actor
	actor["judicial-oversight"] == false
}

sensitive_inference_barred contains name if {
	some name, actor in input.actor
	kind := actor.kind
	kind != "court"
	not data.below["law-enforcement"][kind]
}

sensitive_inference_unlawful_p(use) if object.get(use, "by", "") == ""

sensitive_inference_unlawful_p(use) if object.get(use, "results-to", "") == ""

sensitive_inference_unlawful_p(use) if {
	some actor in graph.reachable(links, starts(use))
	not actor in sensitive_inference_entitled
}

sensitive_inference_entitled contains name if {
	some name, actor in input.actor
	actor["lawful-basis"]
	actor["judicial-oversight"]
	sensitive_inference_body[actor.kind]
	not name in loose
}

sensitive_inference_body := object.union(data.below["law-enforcement"], {"court": true})

# clause probing-automated
violated contains "probing-automated" if probing_automated

open contains "probing-automated" if {
	not probing_automated
	probing_automated_p
}

probing_automated if {
	some use in input.use
	"end-user-automation" in use.probing
	"liveness" in use.operation
}

probing_automated_p if {
	some use in input.use
	"liveness" in object.get(use, "operation", ["liveness"])
	"end-user-automation" in object.get(use, "probing", ["end-user-automation"])
}

# clause probing-derived
violated contains "probing-derived" if probing_derived

open contains "probing-derived" if {
	not probing_derived
	probing_derived_p
}

probing_derived if {
	some use in input.use
	"derivative-application" in use.probing
	"liveness" in use.operation
}

probing_derived_p if {
	some use in input.use
	"liveness" in object.get(use, "operation", ["liveness"])
	"derivative-application" in object.get(use, "probing", ["derivative-application"])
}

# clause without-consent
violated contains "without-consent" if without_consent

open contains "without-consent" if {
	not without_consent
	without_consent_p
}

without_consent if {
	some use in input.use
	some name in use.people
	not name in willing
	without_consent_touches(use)
	without_consent_unlawful(use)
}

without_consent_p if {
	some use in input.use
	some name in object.get(use, "people", [""])
	not name in consenting
	without_consent_touches_p(use)
	not without_consent_lawful(use)
}

without_consent_touches(use) if recognises(use)

without_consent_touches(use) if "enrol" in use.operation

without_consent_touches_p(use) if recognises_p(use)

without_consent_touches_p(use) if "enrol" in use.operation

without_consent_unlawful(_) if input.registration.sector != "public"

without_consent_unlawful(use) if {
	some purpose in use.purpose
	not data.below["public-use"][purpose]
}

without_consent_unlawful(use) if {
	some name in graph.reachable(links, starts(use))
	input.actor[name]["lawful-basis"] == false
}

without_consent_lawful(use) if {
	input.registration.sector == "public"
	object.get(use, "by", "") != ""
	object.get(use, "results-to", "") != ""
	count([purpose | some purpose in use.purpose; not data.below["public-use"][purpose]]) == 0
	count([name |
		some name in graph.reachable(links, starts(use))
		not name in without_consent_based
	]) == 0
	count(use.purpose) >= 0
}

without_consent_based contains name if {
	some name, actor in input.actor
	actor["lawful-basis"]
	not name in loose
}

# clause infers-gender
violated contains "infers-gender" if infers_gender

open contains "infers-gender" if {
	not infers_gender
	infers_gender_p
}

infers_gender if {
	some use in input.use
	"gender" in use.infers
}

infers_gender_p if {
	some use in input.use
	object.get(use, "infers", "") == ""
}

# clause infers-emotion
violated contains "infers-emotion" if infers_emotion

open contains "infers-emotion" if {
	not infers_emotion
	infers_emotion_p
}

infers_emotion if {
	some use in input.use
	"emotion" in use.infers
}

infers_emotion_p if {
	some use in input.use
	object.get(use, "infers", "") == ""
}

# clause us-police
violated contains "us-police" if us_police

open contains "us-police" if {
	not us_police
	us_police_p
}

us_police if us_police_reached(us_police_officers)

us_police_p if others

us_police_p if us_police_reached(us_police_officers_p)

us_police_officers contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
	data.below.US[actor.jurisdiction]
}

us_police_officers_p contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][object.get(actor, "kind", "law-enforcement")]
	data.below.US[object.get(actor, "jurisdiction", "US")]
}

us_police_reached(police) if {
	count(police) > 0
	all := {actor | actor := input.use[_].by} | {actor | actor := input.use[_]["results-to"][_]}
	count(graph.reachable(links, police) & graph.reachable(links, all)) > 0
}

# clause mobile-cameras
violated contains "mobile-cameras" if mobile_cameras

open contains "mobile-cameras" if {
	not mobile_cameras
	mobile_cameras_p
}

mobile_cameras if {
	some use in input.use
	use.timing == "real-time"
	mobile_cameras_see(use)
	recognises(use)
	count(graph.reachable(links, mobile_cameras_officers) & graph.reachable(links, starts(use))) > 0
}

mobile_cameras_p if {
	some use in input.use
	object.get(use, "timing", "real-time") == "real-time"
	mobile_cameras_see_p(use)
	recognises_p(use)
	mobile_cameras_police_p(use)
}

mobile_cameras_police_p(_) if others

mobile_cameras_police_p(use) if {
	not others
	count(graph.reachable(links, mobile_cameras_officers_p) & graph.reachable(links, starts(use))) > 0
}

mobile_cameras_officers contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
}

mobile_cameras_officers_p contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][object.get(actor, "kind", "law-enforcement")]
}

mobile_cameras_see(use) if use.camera == []

mobile_cameras_see(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[camera.mount]
	camera.environment != "controlled"
}

mobile_cameras_see_p(use) if count(object.get(use, "camera", [])) == 0

mobile_cameras_see_p(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[object.get(camera, "mount", "mobile")]
	not camera.environment == "controlled"
}

# clause being-watched
violated contains "being-watched" if being_watched

open contains "being-watched" if {
	not being_watched
	being_watched_p
}

being_watched if {
	some use in input.use
	some way in use.tracking
	way in {"ongoing-surveillance", "persistent-tracking"}
	some name in use.people
	not name in willing
}

being_watched if {
	some use in input.use
	use.timing in {"real-time", "near-real-time"}
	some name in use.people
	not name in willing
	recognises(use)
}

being_watched_p if {
	some use in input.use
	some way in object.get(use, "tracking", ["persistent-tracking"])
	way in {"ongoing-surveillance", "persistent-tracking"}
	some name in object.get(use, "people", [""])
	not name in consenting
}

being_watched_p if {
	some use in input.use
	object.get(use, "timing", "real-time") in {"real-time", "near-real-time"}
	some name in object.get(use, "people", [""])
	not name in consenting
	recognises_p(use)
}
