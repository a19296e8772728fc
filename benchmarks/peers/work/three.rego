# The fourteen clauses in Rego with three values: each rule twice, for what is possibly so (`_p`) and certainly so (`_k`).
package bench

import rego.v1

answer := {"violated": violated, "possible": possible}

# who acts for whom; `open` holds where there may be others, of whom nothing is known

links := {name: object.get(actor, "acts-for", []) | some name, actor in input.actor}

loose contains name if {
	some name, actor in input.actor
	not actor["acts-for"]
}

served[name] := graph.reachable(links, starts) if {
	some name, use in input.use
	starts := {actor | actor := use.by} | {actor | some actor in use["results-to"]}
}

open contains name if {
	some name, use in input.use
	not use.by
}

open contains name if {
	some name, use in input.use
	not use["results-to"]
}

open contains name if {
	some name, actors in served
	some actor in actors
	actor in loose
}

# whether a reference to an actor may name one that is not listed
others if count(loose) > 0

others if {
	some use in input.use
	not use.by
}

others if {
	some use in input.use
	not use["results-to"]
}

takes_part_k(actor, name) if {
	some other in graph.reachable(links, {actor})
	other in served[name]
}

takes_part_p(actor, name) if open[name]

takes_part_p(actor, name) if {
	some other in graph.reachable(links, {actor})
	other in loose
}

takes_part_p(actor, name) if takes_part_k(actor, name)

people_of(use) := use.people

people_of(use) := [""] if not use.people

people_named(name) := object.get(input.people, name, {})

# tests: a field that is not stated may be anything

stated(entity, field) if entity[field] == entity[field]

is_k(entity, field, terms) if terms[entity[field]]

is_p(entity, field, terms) if terms[entity[field]]

is_p(entity, field, terms) if not stated(entity, field)

yes_k(entity, field) if entity[field]

yes_p(entity, field) if entity[field]

yes_p(entity, field) if not stated(entity, field)

overlaps_k(entity, field, terms) if {
	some value in entity[field]
	terms[value]
}

overlaps_p(entity, field, terms) if overlaps_k(entity, field, terms)

overlaps_p(entity, field, terms) if not entity[field]

within_k(entity, field, terms) if {
	every value in entity[field] {
		terms[value]
	}
}

within_p(entity, field, terms) if within_k(entity, field, terms)

within_p(entity, field, terms) if not entity[field]

# definitions

recognising := {"access-control", "find-suspects", "watchlist-alert"}

recognises_k(use) if overlaps_k(use, "operation", data.below.recognise)

recognises_k(use) if overlaps_k(use, "purpose", recognising)

recognises_p(use) if overlaps_p(use, "operation", data.below.recognise)

recognises_p(use) if overlaps_p(use, "purpose", recognising)

gated_k(use) if recognises_k(use)

gated_k(use) if overlaps_k(use, "operation", {"enrol", "liveness"})

gated_p(use) if recognises_p(use)

gated_p(use) if overlaps_p(use, "operation", {"enrol", "liveness"})

touches_k(use) if recognises_k(use)

touches_k(use) if overlaps_k(use, "operation", {"enrol"})

touches_p(use) if recognises_p(use)

touches_p(use) if overlaps_p(use, "operation", {"enrol"})

agreed_k(people) if {
	people.consent == "explicit"
	people.youngest >= 18
}

agreed_k(people) if {
	people.consent == "by-guardian"
	people.oldest < 18
}

agreed_p(people) if {
	is_p(people, "consent", {"explicit"})
	object.get(people, "youngest", 18) >= 18
}

agreed_p(people) if {
	is_p(people, "consent", {"by-guardian"})
	object.get(people, "oldest", 0) < 18
}

consented_k(people) if {
	agreed_k(people)
	"awareness" in people.quality
	"control" in people.quality
	people.alternative
}

consented_p(people) if {
	agreed_p(people)
	overlaps_p(people, "quality", {"awareness"})
	overlaps_p(people, "quality", {"control"})
	yes_p(people, "alternative")
}

adult_age(place) := object.get(data.adult_age, place, data.adult_age_otherwise)

# clause against-law
violated contains "against-law" if against_law_k

possible contains "against-law" if against_law_p

against_law_k if input.law.unlawful

against_law_p if yes_p(input.law, "unlawful")

# clause against-code
violated contains "against-code" if against_code_k

possible contains "against-code" if against_code_p

against_code_k if against_law_k

against_code_k if beyond_registration_k

against_code_k if machine_decides_k

against_code_k if without_consent_k

against_code_k if us_police_k

against_code_p if against_law_p

against_code_p if beyond_registration_p

against_code_p if machine_decides_p

against_code_p if without_consent_p

against_code_p if us_police_p

# clause beyond-registration
violated contains "beyond-registration" if beyond_registration_k

possible contains "beyond-registration" if beyond_registration_p

beyond_registration_k if {
	some use in input.use
	gated_k(use)
	beyond_registration_in_k(use)
}

beyond_registration_p if {
	some use in input.use
	gated_p(use)
	beyond_registration_in_p(use)
}

beyond_registration_in_k(use) if not within_p(use, "purpose", data.below["approved-use"])

beyond_registration_in_k(use) if {
	some purpose in use.purpose
	registered := input.registration["use-cases"]
	not purpose in registered
}

beyond_registration_in_k(use) if {
	overlaps_k(use, "operation", data.below["one-to-many"])
	overlaps_k(use, "purpose", {"identity-verification"})
}

beyond_registration_in_p(use) if not within_k(use, "purpose", data.below["approved-use"])

beyond_registration_in_p(use) if not beyond_registration_named(use)

beyond_registration_in_p(use) if {
	overlaps_p(use, "operation", data.below["one-to-many"])
	overlaps_p(use, "purpose", {"identity-verification"})
}

beyond_registration_named(use) if {
	every purpose in use.purpose {
		purpose in input.registration["use-cases"]
	}
}

# clause exploits-young
violated contains "exploits-young" if exploits_young_k

possible contains "exploits-young" if exploits_young_p

exploits_young_k if {
	some use in input.use
	some name in use.people
	people := input.people[name]
	people.youngest < adult_age(people.place)
	exploits_young_by_k(people)
}

exploits_young_p if {
	some use in input.use
	some name in people_of(use)
	people := people_named(name)
	not exploits_young_adult(people)
	exploits_young_by_p(people)
}

exploits_young_adult(people) if people.youngest >= adult_age(people.place)

exploits_young_by_k(people) if people.exploitable

exploits_young_by_k(people) if input.law.unlawful

exploits_young_by_p(people) if yes_p(people, "exploitable")

exploits_young_by_p(people) if yes_p(input.law, "unlawful")

# clause machine-decides
violated contains "machine-decides" if machine_decides_k

possible contains "machine-decides" if machine_decides_p

machine_decides_k if {
	some use in input.use
	count(use.consequences) > 0
	not is_p(use, "decision", {"person-decides"})
}

machine_decides_p if {
	some use in input.use
	not use.consequences == []
	not is_k(use, "decision", {"person-decides"})
}

# clause sensitive-inference
violated contains "sensitive-inference" if sensitive_inference_k

possible contains "sensitive-inference" if sensitive_inference_p

sensitive_inference_k if {
	some called, use in input.use
	overlaps_k(use, "infers", data.below["sensitive-trait"])
	some name in use.people
	not is_p(input.people[name], "consent", {"explicit"})
	not sensitive_inference_lawful_p(called)
}

sensitive_inference_p if {
	some called, use in input.use
	overlaps_p(use, "infers", data.below["sensitive-trait"])
	some name in people_of(use)
	not is_k(people_named(name), "consent", {"explicit"})
	not sensitive_inference_lawful_k(called)
}

sensitive_inference_lawful_k(called) if {
	not open[called]
	actors := served[called]
	every name in actors {
		sensitive_inference_by_k(input.actor[name])
	}
}

sensitive_inference_by_k(actor) if {
	sensitive_inference_body_k(actor)
	actor["lawful-basis"]
	actor["judicial-oversight"]
}

sensitive_inference_lawful_p(called) if {
	actors := served[called]
	every name in actors {
		sensitive_inference_by_p(input.actor[name])
	}
}

sensitive_inference_by_p(actor) if {
	sensitive_inference_body_p(actor)
	yes_p(actor, "lawful-basis")
	yes_p(actor, "judicial-oversight")
}

sensitive_inference_body_k(actor) if data.below["law-enforcement"][actor.kind]

sensitive_inference_body_k(actor) if actor.kind == "court"

sensitive_inference_body_p(actor) if sensitive_inference_body_k(actor)

sensitive_inference_body_p(actor) if not actor.kind

# clause probing-automated
violated contains "probing-automated" if probing_automated_k

possible contains "probing-automated" if probing_automated_p

probing_automated_k if {
	some use in input.use
	overlaps_k(use, "operation", {"liveness"})
	overlaps_k(use, "probing", {"end-user-automation"})
}

probing_automated_p if {
	some use in input.use
	overlaps_p(use, "operation", {"liveness"})
	overlaps_p(use, "probing", {"end-user-automation"})
}

# clause probing-derived
violated contains "probing-derived" if probing_derived_k

possible contains "probing-derived" if probing_derived_p

probing_derived_k if {
	some use in input.use
	overlaps_k(use, "operation", {"liveness"})
	overlaps_k(use, "probing", {"derivative-application"})
}

probing_derived_p if {
	some use in input.use
	overlaps_p(use, "operation", {"liveness"})
	overlaps_p(use, "probing", {"derivative-application"})
}

# clause without-consent
violated contains "without-consent" if without_consent_k

possible contains "without-consent" if without_consent_p

without_consent_k if {
	some called, use in input.use
	touches_k(use)
	some name in use.people
	not consented_p(input.people[name])
	not without_consent_lawful_p(called)
}

without_consent_p if {
	some called, use in input.use
	touches_p(use)
	some name in people_of(use)
	not consented_k(people_named(name))
	not without_consent_lawful_k(called)
}

without_consent_lawful_k(called) if {
	input.registration.sector == "public"
	within_k(input.use[called], "purpose", data.below["public-use"])
	not open[called]
	actors := served[called]
	every name in actors {
		input.actor[name]["lawful-basis"]
	}
}

without_consent_lawful_p(called) if {
	is_p(input.registration, "sector", {"public"})
	within_p(input.use[called], "purpose", data.below["public-use"])
	actors := served[called]
	every name in actors {
		yes_p(input.actor[name], "lawful-basis")
	}
}

# clause infers-gender
violated contains "infers-gender" if infers_gender_k

possible contains "infers-gender" if infers_gender_p

infers_gender_k if {
	some use in input.use
	overlaps_k(use, "infers", {"gender"})
}

infers_gender_p if {
	some use in input.use
	overlaps_p(use, "infers", {"gender"})
}

# clause infers-emotion
violated contains "infers-emotion" if infers_emotion_k

possible contains "infers-emotion" if infers_emotion_p

infers_emotion_k if {
	some use in input.use
	overlaps_k(use, "infers", {"emotion"})
}

infers_emotion_p if {
	some use in input.use
	overlaps_p(use, "infers", {"emotion"})
}

# clause us-police
violated contains "us-police" if us_police_k

possible contains "us-police" if us_police_p

us_police_k if {
	some name, actor in input.actor
	data.below.US[actor.jurisdiction]
	data.below["law-enforcement"][actor.kind]
	some called, _ in input.use
	takes_part_k(name, called)
}

us_police_p if {
	some name, actor in input.actor
	is_p(actor, "jurisdiction", data.below.US)
	is_p(actor, "kind", data.below["law-enforcement"])
	some called, _ in input.use
	takes_part_p(name, called)
}

us_police_p if others

# clause mobile-cameras
violated contains "mobile-cameras" if mobile_cameras_k

possible contains "mobile-cameras" if mobile_cameras_p

mobile_cameras_k if {
	some called, use in input.use
	use.timing == "real-time"
	recognises_k(use)
	mobile_cameras_see_k(use)
	some name, actor in input.actor
	data.below["law-enforcement"][actor.kind]
	takes_part_k(name, called)
}

mobile_cameras_p if {
	some called, use in input.use
	is_p(use, "timing", {"real-time"})
	recognises_p(use)
	mobile_cameras_see_p(use)
	mobile_cameras_police_p(called)
}

mobile_cameras_police_p(called) if others

mobile_cameras_police_p(called) if {
	some name, actor in input.actor
	is_p(actor, "kind", data.below["law-enforcement"])
	takes_part_p(name, called)
}

mobile_cameras_see_k(use) if use.camera == []

mobile_cameras_see_k(use) if {
	some name in use.camera
	camera := input.camera[name]
	data.below.mobile[camera.mount]
	not is_p(camera, "environment", {"controlled"})
}

mobile_cameras_see_p(use) if use.camera == []

mobile_cameras_see_p(use) if not use.camera

mobile_cameras_see_p(use) if {
	some name in use.camera
	camera := input.camera[name]
	is_p(camera, "mount", data.below.mobile)
	not is_k(camera, "environment", {"controlled"})
}

# clause being-watched
violated contains "being-watched" if being_watched_k

possible contains "being-watched" if being_watched_p

being_watched_k if {
	some use in input.use
	being_watched_in_k(use)
	some name in use.people
	not consented_p(input.people[name])
}

being_watched_p if {
	some use in input.use
	being_watched_in_p(use)
	some name in people_of(use)
	not consented_k(people_named(name))
}

being_watched_in_k(use) if overlaps_k(use, "tracking", {"ongoing-surveillance", "persistent-tracking"})

being_watched_in_k(use) if {
	use.timing in {"real-time", "near-real-time"}
	recognises_k(use)
}

being_watched_in_p(use) if overlaps_p(use, "tracking", {"ongoing-surveillance", "persistent-tracking"})

being_watched_in_p(use) if {
	is_p(use, "timing", {"real-time", "near-real-time"})
	recognises_p(use)
}
