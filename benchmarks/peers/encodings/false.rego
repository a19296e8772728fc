# The fourteen clauses in Rego as it is usually written: what is undefined is not so. What is cheap and seldom true is asked first.
# The register machine of regorus is wrong about `not` before a bare reference, about `:=` of what is not there and about
# `every` in functions, and OPA about `not` before a call of what is not there: none of them is used.
package bench

import rego.v1

answer := {"violated": violated}

# who acts for whom

links := {name: object.get(actor, "acts-for", []) | some name, actor in input.actor}

served(use) := graph.reachable(links, {actor | actor := use.by} | {actor | some actor in use["results-to"]})

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

# clause against-law
violated contains "against-law" if input.law.unlawful

# clause against-code
violated contains "against-code" if input.law.unlawful

violated contains "against-code" if beyond_registration

violated contains "against-code" if machine_decides

violated contains "against-code" if without_consent

violated contains "against-code" if us_police

# clause beyond-registration
violated contains "beyond-registration" if beyond_registration

beyond_registration if {
	some use in input.use
	some purpose in object.get(use, "purpose", [""])
	not purpose in input.registration["use-cases"]
	beyond_registration_gated(use)
}

beyond_registration if {
	approved := data.below["approved-use"]
	some use in input.use
	some purpose in use.purpose
	not approved[purpose]
	beyond_registration_gated(use)
}

beyond_registration if {
	object.get(input.registration, "use-cases", "") == ""
	some use in input.use
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

beyond_registration_gated(use) if recognises(use)

beyond_registration_gated(use) if "enrol" in use.operation

beyond_registration_gated(use) if "liveness" in use.operation

# clause exploits-young
violated contains "exploits-young" if exploits_young

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

# clause machine-decides
violated contains "machine-decides" if machine_decides

machine_decides if {
	some use in input.use
	not use.consequences == []
	not use.decision == "person-decides"
}

# clause sensitive-inference
violated contains "sensitive-inference" if sensitive_inference

sensitive_inference if {
	some use in input.use
	some trait in use.infers
	data.below["sensitive-trait"][trait]
	some name in use.people
	not input.people[name].consent == "explicit"
	some actor in served(use)
	not actor in sensitive_inference_lawful
}

sensitive_inference_lawful contains name if {
	some name, actor in input.actor
	actor["lawful-basis"]
	actor["judicial-oversight"]
	data.below["law-enforcement"][actor.kind]
}

sensitive_inference_lawful contains name if {
	some name, actor in input.actor
	actor["lawful-basis"]
	actor["judicial-oversight"]
	actor.kind == "court"
}

# clause probing-automated
violated contains "probing-automated" if probing_automated

probing_automated if {
	some use in input.use
	"end-user-automation" in use.probing
	"liveness" in use.operation
}

# clause probing-derived
violated contains "probing-derived" if probing_derived

probing_derived if {
	some use in input.use
	"derivative-application" in use.probing
	"liveness" in use.operation
}

# clause without-consent
violated contains "without-consent" if without_consent

without_consent if {
	some use in input.use
	some name in use.people
	not name in consenting
	without_consent_touches(use)
	not without_consent_lawful(use)
}

without_consent_touches(use) if recognises(use)

without_consent_touches(use) if "enrol" in use.operation

without_consent_lawful(use) if {
	input.registration.sector == "public"
	count(use.purpose) == count([purpose | some purpose in use.purpose; data.below["public-use"][purpose]])
	actors := served(use)
	count(actors) == count([name | some name in actors; input.actor[name]["lawful-basis"]])
}

# clause infers-gender
violated contains "infers-gender" if infers_gender

infers_gender if {
	some use in input.use
	"gender" in use.infers
}

# clause infers-emotion
violated contains "infers-emotion" if infers_emotion

infers_emotion if {
	some use in input.use
	"emotion" in use.infers
}

# clause us-police
violated contains "us-police" if us_police

us_police if {
	count(us_police_officers) > 0
	starts := {actor | actor := input.use[_].by} | {actor | actor := input.use[_]["results-to"][_]}
	count(graph.reachable(links, us_police_officers) & graph.reachable(links, starts)) > 0
}

us_police_officers contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
	data.below.US[actor.jurisdiction]
}

# clause mobile-cameras
violated contains "mobile-cameras" if mobile_cameras

mobile_cameras if {
	some use in input.use
	use.timing == "real-time"
	mobile_cameras_see(use)
	recognises(use)
	count(graph.reachable(links, mobile_cameras_officers) & served(use)) > 0
}

mobile_cameras_officers contains name if {
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
}

mobile_cameras_see(use) if use.camera == []

mobile_cameras_see(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[camera.mount]
	not camera.environment == "controlled"
}

# clause being-watched
violated contains "being-watched" if being_watched

being_watched if {
	some use in input.use
	some way in use.tracking
	way in {"ongoing-surveillance", "persistent-tracking"}
	some name in use.people
	not name in consenting
}

being_watched if {
	some use in input.use
	use.timing in {"real-time", "near-real-time"}
	some name in use.people
	not name in consenting
	recognises(use)
}
