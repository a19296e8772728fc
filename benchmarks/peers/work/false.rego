# The fourteen clauses in Rego as it is usually written: what is undefined is not so.
# `every` is written as a count: the machine of one engine gets it wrong in functions, and the others take as long.
package bench

import rego.v1

answer := {"violated": violated}

# who acts for whom

links := {name: object.get(actor, "acts-for", []) | some name, actor in input.actor}

served[name] := graph.reachable(links, starts) if {
	some name, use in input.use
	starts := {actor | actor := use.by} | {actor | some actor in use["results-to"]}
}

takes_part(actor, name) if {
	some other in graph.reachable(links, {actor})
	other in served[name]
}

# tests and definitions

overlaps(values, terms) if {
	some value in values
	terms[value]
}

within(values, terms) if {
	count([value | some value in values; not terms[value]]) == 0
}

recognises(use) if overlaps(use.operation, data.below.recognise)

recognises(use) if overlaps(use.purpose, {"access-control", "find-suspects", "watchlist-alert"})

gated(use) if recognises(use)

gated(use) if overlaps(use.operation, {"enrol", "liveness"})

touches(use) if recognises(use)

touches(use) if overlaps(use.operation, {"enrol"})

agreed(people) if {
	people.consent == "explicit"
	people.youngest >= 18
}

agreed(people) if {
	people.consent == "by-guardian"
	people.oldest < 18
}

consented(people) if {
	agreed(people)
	"awareness" in people.quality
	"control" in people.quality
	people.alternative
}

adult_age(place) := object.get(data.adult_age, place, data.adult_age_otherwise)

# clause against-law
violated contains "against-law" if against_law

against_law if input.law.unlawful

# clause against-code
violated contains "against-code" if against_code

against_code if against_law

against_code if beyond_registration

against_code if machine_decides

against_code if without_consent

against_code if us_police

# clause beyond-registration
violated contains "beyond-registration" if beyond_registration

beyond_registration if {
	some use in input.use
	gated(use)
	beyond_registration_in(use)
}

beyond_registration_in(use) if not within(use.purpose, data.below["approved-use"])

beyond_registration_in(use) if not beyond_registration_named(use)

beyond_registration_in(use) if {
	overlaps(use.operation, data.below["one-to-many"])
	"identity-verification" in use.purpose
}

beyond_registration_named(use) if {
	use.purpose
	registered := input.registration["use-cases"]
	count([purpose | some purpose in use.purpose; not purpose in registered]) == 0
}

# clause exploits-young
violated contains "exploits-young" if exploits_young

exploits_young if {
	some use in input.use
	some name in use.people
	people := input.people[name]
	people.youngest < adult_age(people.place)
	exploits_young_by(people)
}

exploits_young_by(people) if people.exploitable

exploits_young_by(people) if input.law.unlawful

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
	some called, use in input.use
	overlaps(use.infers, data.below["sensitive-trait"])
	some name in use.people
	not input.people[name].consent == "explicit"
	not sensitive_inference_lawful(called)
}

sensitive_inference_lawful(called) if {
	actors := served[called]
	count([name | some name in actors; not sensitive_inference_by(name)]) == 0
}

sensitive_inference_by(name) if {
	actor := input.actor[name]
	sensitive_inference_body(actor)
	actor["lawful-basis"]
	actor["judicial-oversight"]
}

sensitive_inference_body(actor) if data.below["law-enforcement"][actor.kind]

sensitive_inference_body(actor) if actor.kind == "court"

# clause probing-automated
violated contains "probing-automated" if probing_automated

probing_automated if {
	some use in input.use
	"liveness" in use.operation
	"end-user-automation" in use.probing
}

# clause probing-derived
violated contains "probing-derived" if probing_derived

probing_derived if {
	some use in input.use
	"liveness" in use.operation
	"derivative-application" in use.probing
}

# clause without-consent
violated contains "without-consent" if without_consent

without_consent if {
	some called, use in input.use
	touches(use)
	some name in use.people
	not consented(input.people[name])
	not without_consent_lawful(called)
}

without_consent_lawful(called) if {
	input.registration.sector == "public"
	within(input.use[called].purpose, data.below["public-use"])
	actors := served[called]
	count([name | some name in actors; not input.actor[name]["lawful-basis"]]) == 0
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
	some name, actor in input.actor
	data.below.US[actor.jurisdiction]
	data.below["law-enforcement"][actor.kind]
	some called, _ in input.use
	takes_part(name, called)
}

# clause mobile-cameras
violated contains "mobile-cameras" if mobile_cameras

mobile_cameras if {
	some called, use in input.use
	use.timing == "real-time"
	recognises(use)
	mobile_cameras_see(use)
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
	takes_part(name, called)
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
	being_watched_in(use)
	some name in use.people
	not consented(input.people[name])
}

being_watched_in(use) if overlaps(use.tracking, {"ongoing-surveillance", "persistent-tracking"})

being_watched_in(use) if {
	use.timing in {"real-time", "near-real-time"}
	recognises(use)
}
